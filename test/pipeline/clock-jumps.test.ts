import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readStatus } from '../../src/load/read-status.ts'
import { addDays, dayIn, daysOf, toDateId } from '../../src/model/calendar-date.ts'
import { RATE_LIMITS } from '../../src/simulator/graph/rate-limits.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { createTestClock } from '../extract/support/test-clock.ts'
import { expectedFacts, storedFacts } from '../support/expect-world.ts'
import { propertyOptions } from '../support/property-options.ts'
import { createTestSync, NOW } from '../support/test-sync.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const MINUTE_MS = 60_000
const TABLE = 'fact_core_metrics'

describeOnEachWarehouse('a sync in whose midst the clock jumps', (open) => {
  it('as a machine does that sleeps, or whose clock is set, waits and gives up as if it had not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.integer({ min: 1, max: 1000 }),
          atEvent: fc.integer({ min: 1, max: 40 }),
          minutes: fc.constantFrom(-60, -1, 1, 60, 24 * 60),
          reportRuns: fc.boolean(),
        }),
        async ({ seed, atEvent, minutes, reportRuns }) => {
          const warehouse = await open()
          const world = createWorld({ seed, nowMs: NOW, accounts: 2, ads: 3, days: 12 })
          const clock = createTestClock(() => 0.5, NOW)
          let setBackMs = 0
          // A machine's sleep takes time for the API, too; to its clock being set back it is blind.
          const apiNow = () => clock.now() + setBackMs
          const sync = createTestSync(warehouse, {
            world,
            clock,
            apiClock: { ...clock, now: apiNow },
            rateLimits: RATE_LIMITS.development,
            settings: { reports: ['core'], firstPullDays: 20 },
            ...(reportRuns && {
              sizeLimit: { cells: 300, of: 'range', error: 'reduce-data' },
              runTimes: { notStartedMs: 0, startedMs: 1000, runningMs: 20_000 },
            }),
          })
          let events = 0
          const { summary } = await sync.run(null, {
            onEvent: () => {
              events += 1
              if (events !== atEvent) return
              clock.advance(minutes * MINUTE_MS)
              if (minutes < 0) setBackMs = -minutes * MINUTE_MS
            },
          })
          expect(events).toBeGreaterThan(atEvent)
          expect(summary).toMatchObject({ status: 'succeeded', slices: { failed: 0, skipped: 0 } })
          expect(summary.durationMs).toBeGreaterThanOrEqual(0)
          const { runs } = await readStatus(warehouse, null)
          expect(Number(runs[0]?.seconds)).toBeGreaterThanOrEqual(0)
          // What was read before the jump has other figures, if the API has restated it since.
          expect((await sync.run(null)).summary.status).toBe('succeeded')
          // Days that are over in every time zone: today's figures grow while they are read.
          const last = addDays(dayIn('UTC', apiNow()), -2)
          const isOver = (row: string) => Number(/"date_id",(\d+)/.exec(row)?.[1]) <= toDateId(last)
          const expected = expectedFacts(TABLE, world, daysOf(addDays(last, -30), last), apiNow())
          expect((await storedFacts(warehouse, TABLE)).filter(isOver)).toEqual(expected)
        },
      ),
      propertyOptions(0.4),
    )
  }, 300_000)
})
