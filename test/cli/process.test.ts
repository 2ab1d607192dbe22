import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject, it, onTestFinished } from 'vitest'
import { openPostgres } from '../../src/load/postgres.ts'
import { TOKEN } from '../extract/support/test-api.ts'
import { startProcess } from '../support/start-process.ts'
import { newSchema, serverOptions } from '../support/warehouses.ts'

it('a process that is interrupted ends with 130 and whole slices, and the next one goes on', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fbads-process-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const options = serverOptions(newSchema())
  const warehouse = await openPostgres(options)
  onTestFinished(async () => {
    await warehouse.use((session) => session.query(`DROP SCHEMA IF EXISTS "${options.schema}" CASCADE`))
    await warehouse.close()
  })
  const api = startProcess(
    folder,
    {},
    'simulate',
    '--port',
    '0',
    '--accounts',
    '1',
    '--ads',
    '5',
    '--latency',
    '100',
  )
  const environment = {
    FACEBOOK_GRAPH_URL: await api.firstLine,
    FACEBOOK_ACCESS_TOKEN: TOKEN,
    FACEBOOK_AD_ACCOUNT_ID: 'all',
    DATABASE_URL: inject('databaseUrl'),
    FBADS_SCHEMA: options.schema,
    FBADS_CHUNK_DAYS: '1',
    FBADS_MAX_WORKERS: '2',
  }
  const interrupted = startProcess(folder, environment, 'sync', '--days', '20', '--verbose')
  while (!/: \d+ rows\n/.test(interrupted.said()))
    await once(interrupted.process.stdout ?? api.process, 'data')
  interrupted.process.kill('SIGINT')
  expect(await interrupted.exit).toBe(130)
  expect(interrupted.said()).toContain('Run the same command again to go on')
  expect(interrupted.said()).not.toContain('node:internal')

  const slices = () =>
    warehouse.use((session) =>
      session.query('SELECT status, count(*)::int AS slices FROM etl_slice GROUP BY 1 ORDER BY 1'),
    )
  const [loaded, ...others] = await slices()
  expect(others).toEqual([])
  expect(loaded?.status).toBe('loaded')
  expect(Number(loaded?.slices)).toBeLessThan(60)

  const next = startProcess(folder, { ...environment, FBADS_MAX_WORKERS: '8' }, 'sync', '--days', '20')
  expect(await next.exit).toBe(0)
  expect(await slices()).toEqual([{ status: 'loaded', slices: 60 }])
  api.process.kill('SIGTERM')
  expect(await api.exit).toBe(0)
})
