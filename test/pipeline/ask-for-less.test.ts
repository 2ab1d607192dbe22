import { expect, it } from 'vitest'
import type { Warehouse } from '../../src/load/session.ts'
import { addDays, type CalendarDate, daysOf, parseCalendarDate } from '../../src/model/calendar-date.ts'
import type { SimulatedCall } from '../../src/simulator/graph/call.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { expectFacts } from '../support/expect-world.ts'
import { createTestSync, DAY_MS, eventsOf, NOW, type SyncResult } from '../support/test-sync.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

/** Days that are over, so that their figures do not move with the clock. */
const UNTIL = parseCalendarDate('2026-11-04')
const CORE = { reports: ['core'] } as const
const TABLES = ['fact_core_metrics'] as const

function lastDays(days: number): { since: CalendarDate; until: CalendarDate; all: CalendarDate[] } {
  const since = addDays(UNTIL, 1 - days)
  return { since, until: UNTIL, all: daysOf(since, UNTIL) }
}

function expectWhole({ summary, events }: SyncResult): void {
  expect(eventsOf(events, 'slices-failed').map(({ error }) => error.message)).toEqual([])
  expect(summary).toMatchObject({ status: 'succeeded', slices: { failed: 0, skipped: 0 } })
}

/** What the API found too much: calls that it refused, and report runs that failed. */
function complaints(refusals: readonly string[], { events }: SyncResult): unknown[] {
  const failedRuns = eventsOf(events, 'report-run').filter(({ status }) => status === 'Job Failed')
  return [...refusals, ...failedRuns, ...eventsOf(events, 'asking-for-less')]
}

function sizes(warehouse: Warehouse) {
  return warehouse.use((session) =>
    session.query('SELECT report, mode, page_limit, days, campaigns FROM etl_request_size ORDER BY report'),
  )
}

describeOnEachWarehouse('an account that is too large to be asked for at once', (open) => {
  it.each([
    ['answers', 'range', 'reduce-data', { mode: 'async', page_limit: 1000 }],
    ['pages', 'page', 'too-much-data', { mode: 'sync', page_limit: 62 }],
  ] as const)(
    'loads in full where large %s are refused, and from then on nothing is refused',
    async (_, of, error, learned) => {
      const warehouse = await open()
      const { all, ...asked } = lastDays(2)
      const world = createWorld({ seed: 5, nowMs: NOW, ads: 2_050, campaigns: 12, days: 4 })
      const sync = createTestSync(warehouse, {
        world,
        sizeLimit: { cells: 2_000, of, error },
        settings: CORE,
      })
      expectWhole(await sync.run(asked))
      await expectFacts(warehouse, world, all, NOW, TABLES)
      expect(await sizes(warehouse)).toEqual([{ report: 'core', ...learned, days: null, campaigns: null }])

      const refusedAtFirst = sync.refusals.length
      expect(refusedAtFirst).toBeGreaterThan(0)
      sync.clock.advance(DAY_MS)
      const second = await sync.run(asked)
      expectWhole(second)
      expect(complaints(sync.refusals.slice(refusedAtFirst), second)).toEqual([])
    },
  )

  it('loads in full where a report run can make the days of a few campaigns only', async () => {
    const warehouse = await open()
    const { all, ...asked } = lastDays(4)
    const world = createWorld({ seed: 5, nowMs: NOW, ads: 60, campaigns: 24, days: 8 })
    const limits = {
      sizeLimit: { cells: 300, of: 'range', error: 'sync-timeout' },
      runLimit: 4_500,
    } as const
    const sync = createTestSync(warehouse, { world, ...limits, settings: { maxWorkers: 1 } })
    expectWhole(await sync.run(asked))
    await expectFacts(warehouse, world, all, NOW)
    const learned = await sizes(warehouse)
    expect(learned.map(({ report, mode }) => `${report} ${mode}`)).toEqual([
      'age_gender async',
      'core async',
      'country async',
    ])
    expect(learned[0]).toMatchObject({ days: 1, campaigns: expect.any(Number) })
    expect(learned[1]).toMatchObject({ campaigns: null })

    const refusedAtFirst = sync.refusals.length
    const second = await sync.run(asked)
    expectWhole(second)
    expect(complaints(sync.refusals.slice(refusedAtFirst), second)).toEqual([])
    for (const counts of Object.values(second.summary.rows))
      expect(counts).toMatchObject({ inserted: 0, updated: 0, deleted: 0 })
  })

  it('fails that slice alone which no request can bring, after a bounded number of them', async () => {
    const warehouse = await open()
    const { all, ...asked } = lastDays(7)
    const world = createWorld({ seed: 5, nowMs: NOW, ads: 60, campaigns: 9, days: 8 })
    const sync = createTestSync(warehouse, { world, settings: CORE })
    const hole = addDays(UNTIL, -2)
    const reaches = ({ edge, params }: SimulatedCall) => {
      if (edge !== 'insights' || params.level !== 'ad') return false
      const { since, until } = JSON.parse(params.time_range ?? '{}')
      return since <= hole && hole <= until
    }
    sync.simulator.fail({
      error: 'too-much-data',
      match: { where: reaches },
      times: Number.POSITIVE_INFINITY,
    })
    const { summary, events } = await sync.run(asked)
    expect(summary).toMatchObject({ status: 'partial', slices: { planned: 7, loaded: 6, failed: 1 } })
    expect(eventsOf(events, 'slices-failed')).toMatchObject([
      { request: { since: hole, until: hole }, slices: 1, error: { kind: 'too-much-data' } },
    ])
    await expectFacts(
      warehouse,
      world,
      all.filter((day) => day !== hole),
      NOW,
      TABLES,
    )
    expect(sync.refusals.length).toBeLessThan(30)
  })
})
