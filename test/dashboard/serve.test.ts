import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject, it, onTestFinished } from 'vitest'
import type { Answer, Setting } from '../../src/dashboard/answers.ts'
import type { LiveEvent } from '../../src/dashboard/events.ts'
import type { Overview } from '../../src/dashboard/panels/overview.ts'
import { TOKEN } from '../extract/support/test-api.ts'
import { startProcess } from '../support/start-process.ts'
import { newSchema } from '../support/warehouses.ts'

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fbads-serve-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

const WORLD = ['--accounts', '1', '--ads', '5', '--days', '6']

async function startApi(folder: string): Promise<Record<string, string>> {
  const api = startProcess(folder, {}, 'simulate', '--port', '0', ...WORLD)
  return {
    FACEBOOK_GRAPH_URL: await api.firstLine,
    FACEBOOK_ACCESS_TOKEN: TOKEN,
    FACEBOOK_AD_ACCOUNT_ID: 'all',
    FBADS_FIRST_PULL_DAYS: '5',
  }
}

/** Every `live` event until the stream or the test ends. */
async function* liveEvents(url: string): AsyncGenerator<LiveEvent> {
  const response = await fetch(`${url}/api/events`)
  if (response.body === null) throw new Error('The events have no body.')
  let text = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk
    const parts = text.split('\n\n')
    text = parts.pop() ?? ''
    for (const part of parts) {
      const data = /^data: (.*)$/m.exec(part)?.[1]
      if (data) yield JSON.parse(data)
    }
  }
}

it('waits for an embedded warehouse, loads it when asked, tells how far it is, and keeps others out meanwhile', async () => {
  const folder = await emptyFolder()
  const environment = await startApi(folder)
  const server = startProcess(folder, environment, 'serve', '--port', '0')
  const url = await server.firstLine
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)

  const nothing = await fetch(`${url}/api/setting`)
  expect(nothing.status).toBe(404)
  expect(await nothing.json()).toMatchObject({ kind: 'no-warehouse' })

  const events = liveEvents(url)
  const own = { origin: url, 'content-type': 'application/json' }
  expect((await fetch(`${url}/api/sync`, { method: 'POST', headers: own })).status).toBe(202)
  expect((await fetch(`${url}/api/sync`, { method: 'POST', headers: own })).status).toBe(409)
  const seen: LiveEvent[] = []
  for await (const event of events) {
    seen.push(event)
    if (event.sync?.lastEnd) break
  }
  expect(seen.at(-1)?.sync?.lastEnd).toMatchObject({ ok: true })
  const done = seen.flatMap(({ sync }) => sync?.progress ?? [])
  expect(done.some(({ planned }) => planned === 15)).toBe(true)

  const setting: Setting = JSON.parse(await (await fetch(`${url}/api/setting`)).text())
  expect(setting).toMatchObject({ canSync: true, warehouse: { kind: 'pglite' } })
  const overview: Answer<Overview> = JSON.parse(
    await (await fetch(`${url}/api/panel/overview?range=all`)).text(),
  )
  expect(Number(overview.data.current.total.spend)).toBeGreaterThan(0)
  expect((await fetch(url)).headers.get('content-type')).toMatch('text/html')

  const other = startProcess(folder, environment, 'status')
  expect(await other.exit).toBe(1)
  expect(other.said()).toMatch(/fbads serve/)

  for (const body of [
    '{"since":"2026-02-30","until":"2026-03-01"}',
    '{"since":"2026-11-01"',
    '[]',
    '{"from":1}',
  ]) {
    const refused = await fetch(`${url}/api/sync`, { method: 'POST', headers: own, body })
    expect(refused.status, body).toBe(400)
  }

  server.process.kill('SIGINT')
  expect(await server.exit).toBe(0)
  const after = startProcess(folder, environment, 'status')
  expect(await after.exit).toBe(0)
})

it('on a server it only reads, and says who loads it', async () => {
  const folder = await emptyFolder()
  const environment = {
    ...(await startApi(folder)),
    DATABASE_URL: inject('databaseUrl'),
    FBADS_SCHEMA: newSchema(),
  }
  expect(await startProcess(folder, environment, 'sync').exit).toBe(0)
  const server = startProcess(folder, environment, 'serve', '--port', '0')
  const url = await server.firstLine
  const setting: Setting = JSON.parse(await (await fetch(`${url}/api/setting`)).text())
  expect(setting).toMatchObject({ canSync: false, warehouse: { kind: 'postgres' } })
  expect(JSON.stringify(setting)).not.toMatch(/password/)
  const refused = await fetch(`${url}/api/sync`, { method: 'POST', headers: { origin: url } })
  expect(refused.status).toBe(409)
  expect(await refused.json()).toMatchObject({ message: expect.stringContaining('fbads sync') })
  const status = startProcess(folder, environment, 'status')
  expect(await status.exit).toBe(0)
})

it('what it cannot be started with is said at once', async () => {
  const folder = await emptyFolder()
  const failing = async (environment: Record<string, string>, ...args: string[]) => {
    const ended = startProcess(folder, environment, 'serve', ...args)
    return `${await ended.exit} ${ended.said()}`
  }
  expect(await failing({}, '--host', '0.0.0.0')).toMatch(
    /^2 .*--host 0\.0\.0\.0 lets other machines in: set FBADS_DASHBOARD_TOKEN/,
  )
  expect(await failing({ FBADS_DASHBOARD_TOKEN: 'short' })).toMatch(/^2 .*needs 16 or more/)
  expect(await failing({}, '--port', '99999')).toMatch(/^2 .*--port is "99999"/)
  expect(await failing({}, '--sync-every', '5')).toMatch(/^2 .*--sync-every needs FACEBOOK_ACCESS_TOKEN/)
  expect(await failing({ FBADS_SOURCES: '[{}]' })).toMatch(/^2 .*FBADS_SOURCES/)
  expect(await failing({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/x' })).toMatch(/^1 /)
  const taken = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void taken.close())
  await once(taken, 'listening')
  const address = taken.address()
  const port = typeof address === 'object' && address ? String(address.port) : ''
  // Nothing may go on by the clock of a server that could not begin.
  const token = { FACEBOOK_ACCESS_TOKEN: TOKEN, FACEBOOK_AD_ACCOUNT_ID: 'all' }
  expect(await failing(token, '--port', port, '--sync-every', '1')).toMatch(/^1 .*is taken/s)
  expect(await failing({}, '--port', port)).toMatch(
    new RegExp(`^1 .*Port ${port} is taken; give another with --port`, 's'),
  )
})
