import { expect, it } from 'vitest'
import type { Warehouse } from '../../src/load/session.ts'
import { addDays, daysOf, parseCalendarDate } from '../../src/model/calendar-date.ts'
import type { RunFate } from '../../src/simulator/reports/run-fate.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { expectFacts } from '../support/expect-world.ts'
import { createTestSync, DAY_MS, NOW, type TestSync } from '../support/test-sync.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const UNTIL = parseCalendarDate('2026-11-04')
const ASKED = { since: addDays(UNTIL, -1), until: UNTIL }
const HOUR_MS = 3_600_000
/** Two minutes, so that a run is under way for a while. */
const RUN_TIMES = { notStartedMs: 5_000, startedMs: 5_000, runningMs: 110_000 }
const SLOW = {
  sizeLimit: { cells: 100, of: 'range', error: 'sync-timeout' },
  runTimes: RUN_TIMES,
  settings: { reports: ['core'] },
} as const

/** A sync that is stopped as soon as its report run is running. */
async function stopWhileRunning(sync: TestSync, asked = ASKED): Promise<void> {
  const stop = new AbortController()
  const stopped = sync.run(asked, {
    signal: stop.signal,
    onEvent: (event) => {
      if (event.type === 'report-run' && event.status === 'Job Running') stop.abort(new Error('stopped'))
    },
  })
  await expect(stopped).rejects.toThrow('stopped')
}

function submitted({ simulator }: TestSync): number {
  return simulator.calls.filter(({ method, edge }) => method === 'POST' && edge === 'insights').length
}

function remembered(warehouse: Warehouse) {
  return warehouse.use((session) => session.query('SELECT report, since, until FROM etl_report_run'))
}

describeOnEachWarehouse('a report run whose sync was stopped', (open) => {
  it('is found again by the next sync, which starts no other, and forgotten once it is read', async () => {
    const warehouse = await open()
    const world = createWorld({ seed: 3, nowMs: NOW, ads: 30, days: 4 })
    const sync = createTestSync(warehouse, { world, ...SLOW })
    await stopWhileRunning(sync)
    expect(await remembered(warehouse)).toEqual([{ report: 'core', ...ASKED }])

    const { summary } = await sync.run(ASKED)
    expect(summary).toMatchObject({ status: 'succeeded', slices: { loaded: 2 } })
    expect(submitted(sync)).toBe(1)
    expect(await remembered(warehouse)).toEqual([])
    await expectFacts(warehouse, world, daysOf(ASKED.since, ASKED.until), NOW, ['fact_core_metrics'])
  })

  it('is left where the API restates its days and an hour has gone by: its figures are old', async () => {
    const warehouse = await open()
    const sync = createTestSync(warehouse, {
      world: createWorld({ seed: 3, nowMs: NOW, ads: 30, days: 4 }),
      ...SLOW,
    })
    await stopWhileRunning(sync)
    sync.clock.advance(HOUR_MS)
    expect((await sync.run(ASKED)).summary.status).toBe('succeeded')
    expect(submitted(sync)).toBe(2)
    expect(await remembered(warehouse)).toEqual([])
  })

  it.each([
    ['found again after weeks where its days are restated no more', 29, 1],
    ['left when the API has forgotten it', 31, 2],
  ])('is %s', async (_, days, submits) => {
    const old = { since: addDays(UNTIL, -61), until: addDays(UNTIL, -60) }
    const sync = createTestSync(await open(), {
      world: createWorld({ seed: 3, nowMs: NOW, ads: 30, days: 70 }),
      ...SLOW,
    })
    await stopWhileRunning(sync, old)
    sync.clock.advance(days * DAY_MS)
    expect((await sync.run(old)).summary.status).toBe('succeeded')
    expect(submitted(sync)).toBe(submits)
  })

  it.each<RunFate>(['skipped', { failed: 'report-failed' }])(
    'makes room for another when it was %j meanwhile',
    async (fate) => {
      const warehouse = await open()
      const sync = createTestSync(warehouse, {
        world: createWorld({ seed: 3, nowMs: NOW, ads: 30, days: 4 }),
        ...SLOW,
      })
      sync.simulator.scriptRun(fate)
      await stopWhileRunning(sync)
      expect((await sync.run(ASKED)).summary).toMatchObject({ status: 'succeeded', slices: { loaded: 2 } })
      expect(submitted(sync)).toBe(2)
      expect(sync.simulator.unusedFaults()).toEqual([])
    },
  )
})
