import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, inject, it } from 'vitest'
import { openPglite } from '../../src/load/pglite.ts'
import { openPostgres } from '../../src/load/postgres.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { newSchema, serverOptions } from '../support/warehouses.ts'

const PROGRAM = fileURLToPath(new URL('../support/load-forever.ts', import.meta.url))

/** Loads in a process of its own, and kills it `afterMs` after its third commit; the number of its last commit. */
async function loadAndKill(place: string, schema: string, afterMs: number): Promise<number> {
  const child = spawn(process.execPath, [PROGRAM, place, schema], { stdio: ['ignore', 'pipe', 'inherit'] })
  let last = 0
  for await (const line of createInterface(child.stdout)) {
    last = Number(line)
    if (last === 3) setTimeout(() => child.kill('SIGKILL'), afterMs)
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  expect(child.signalCode).toBe('SIGKILL')
  return last
}

/** What one whole load leaves, of which load, and the ledger that belongs to it. */
async function expectWholeLoad(warehouse: Warehouse, atLeast: number): Promise<void> {
  const [found] = await warehouse.use((session) =>
    session.query(
      `SELECT (SELECT count(*) FROM fact_core_metrics)::integer AS facts,
              (SELECT count(*) FROM fact_action_metrics)::integer AS actions,
              (SELECT json_agg(DISTINCT spend) FROM fact_core_metrics) AS spend,
              (SELECT json_agg(DISTINCT action_count) FROM fact_action_metrics) AS counted,
              (SELECT attempts FROM etl_slice) AS loads`,
    ),
  )
  const loads = Number(found?.loads)
  expect(found).toEqual({ facts: 200, actions: 200, spend: [loads], counted: [loads], loads })
  expect(loads).toBeGreaterThanOrEqual(atLeast)
}

describe('a kill at any instant leaves whole slices only', () => {
  it('on PostgreSQL', async () => {
    for (const afterMs of [0, 13, 37]) {
      const options = serverOptions()
      const committed = await loadAndKill(inject('databaseUrl'), options.schema, afterMs)
      const warehouse = await openPostgres(options)
      try {
        await expectWholeLoad(warehouse, committed)
      } finally {
        await warehouse.use((session) => session.query(`DROP SCHEMA ${options.schema} CASCADE`))
        await warehouse.close()
      }
    }
  })

  it('on PGlite, whose folder the next process takes over', async () => {
    const home = await mkdtemp(join(tmpdir(), 'fbads-kill-'))
    const folder = join(home, 'warehouse')
    const schema = newSchema()
    try {
      const committed = await loadAndKill(folder, schema, 20)
      expect(await readFile(`${folder}.lock`, 'utf8')).toMatch(/^\d+\nhere\nnow\nload-forever\n$/)
      const owner = { pid: process.pid, host: 'here', startedAt: 'now', command: 'test' }
      const living = { ...owner, isAlive: () => true }
      await expect(openPglite({ folder, schema, owner: living })).rejects.toMatchObject({ kind: 'locked' })
      const warehouse = await openPglite({ folder, schema, owner: { ...owner, isAlive: () => false } })
      try {
        await expectWholeLoad(warehouse, committed)
      } finally {
        await warehouse.close()
      }
      await expect(readFile(`${folder}.lock`)).rejects.toMatchObject({ code: 'ENOENT' })
    } finally {
      await rm(home, { recursive: true, force: true })
    }
  })

  it('on PGlite, while its folder is made', async () => {
    const home = await mkdtemp(join(tmpdir(), 'fbads-kill-'))
    const folder = join(home, 'warehouse')
    const schema = newSchema()
    try {
      const child = spawn(process.execPath, [PROGRAM, folder, schema], { stdio: 'ignore' })
      const ended = once(child, 'exit')
      // Written soon before the last of its files: at no other time is what is there as likely taken for whole.
      const isMade = () => [folder, `${folder}.new`].some((each) => existsSync(join(each, 'PG_VERSION')))
      while (!isMade() && child.exitCode === null) await nextTurn()
      child.kill('SIGKILL')
      await ended
      const warehouse = await openPglite({ folder, schema })
      await warehouse.close()
      expect(existsSync(`${folder}.new`)).toBe(false)
    } finally {
      await rm(home, { recursive: true, force: true })
    }
  })
})
