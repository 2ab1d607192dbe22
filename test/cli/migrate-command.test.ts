import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { startProcess } from '../support/start-process.ts'

it('fbads migrate --citus makes no embedded warehouse, which cannot be distributed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fbads-migrate-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const { exit, said } = startProcess(folder, {}, 'migrate', '--citus')
  expect(await exit).toBe(2)
  expect(said()).toContain('--citus needs a PostgreSQL server')
  expect(existsSync(join(folder, '.fbads'))).toBe(false)
})
