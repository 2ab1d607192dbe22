import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, dayIn, daysOf } from '../../src/model/calendar-date.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import { planAccount } from '../../src/pipeline/plan.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { createTestClock } from '../extract/support/test-clock.ts'
import { expectFacts } from '../support/expect-world.ts'
import { createTestSync } from '../support/test-sync.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const HOUR_MS = 3_600_000

/** When clocks go forward and back in 2026; Lord Howe by half an hour, Cairo at midnight, Kolkata never. */
const SWITCHES = {
  'America/Los_Angeles': ['2026-03-08T10:00Z', '2026-11-01T09:00Z'],
  'America/Santiago': ['2026-09-06T04:00Z', '2026-04-05T03:00Z'],
  'Europe/Berlin': ['2026-03-29T01:00Z', '2026-10-25T01:00Z'],
  'Africa/Cairo': ['2026-04-23T22:00Z', '2026-10-29T21:00Z'],
  'Australia/Lord_Howe': ['2026-10-03T15:30Z', '2026-04-04T15:00Z'],
  'Asia/Kolkata': ['2026-03-29T01:00Z', '2026-10-25T01:00Z'],
} as const

/** What a clock on the wall shows there, by the zone's offset: another way than the product's. */
function wallClock(timeZone: string, atMs: number): string {
  const [, sign, hours, minutes] =
    /GMT(?:([+-])(\d\d):(\d\d))?/.exec(
      new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).format(atMs),
    ) ?? []
  const offset = (Number(hours ?? 0) + Number(minutes ?? 0) / 60) * (sign === '-' ? -1 : 1)
  return new Date(atMs + offset * HOUR_MS).toISOString()
}

describe('over a change of the clocks', () => {
  it.each(Object.entries(SWITCHES))(
    'in %s each day is planned once, to the day on the wall',
    (timeZone, at) => {
      fc.assert(
        fc.property(
          fc.constantFrom(...at),
          fc.integer({ min: -60 * 60, max: 60 * 60 }),
          fc.integer({ min: 1, max: 9 }),
          (change, minutes, chunkDays) => {
            const nowMs = Date.parse(change) + minutes * 60_000
            const settings = { reports: ['core'] as const, firstPullDays: 20, dailyPullDays: 5, chunkDays }
            const account = { accountId: parseAccountId('1'), timeZone, ledger: [] }
            const planned = planAccount(account, null, settings, nowMs)
              .flatMap(({ since, until }) => daysOf(since, until))
              .sort()
            const today = dayIn(timeZone, nowMs)
            expect(today).toBe(wallClock(timeZone, nowMs).slice(0, 10))
            expect(planned).toEqual(Array.from({ length: 20 }, (_, i) => addDays(today, i - 19)))
          },
        ),
        { numRuns: 300 },
      )
    },
  )

  it('a day is 23, 23.5, 24, 24.5 or 25 hours long, and ends at its midnight', () => {
    const lengths = Object.entries(SWITCHES).flatMap(([timeZone, changes]) =>
      changes.flatMap((change) => {
        const minutes = Array.from({ length: 72 * 60 }, (_, i) => Date.parse(change) + (i - 36 * 60) * 60_000)
        const ofDay = Map.groupBy(minutes, (atMs) => dayIn(timeZone, atMs))
        // The first and the last are cut off.
        return [...ofDay.values()].slice(1, -1).map((inDay) => inDay.length / 60)
      }),
    )
    expect([...new Set(lengths)].sort((a, b) => a - b)).toEqual([23, 23.5, 24, 24.5, 25])
  }, 300_000)
})

describeOnEachWarehouse('syncs over changes of the clocks', (open) => {
  it('store each day of every time zone once, as the API has it', async () => {
    const warehouse = await open()
    for (const change of [SWITCHES['America/Los_Angeles'][0], SWITCHES['Europe/Berlin'][1]]) {
      await warehouse.use((session) => session.query('DELETE FROM fact_action_metrics'))
      await warehouse.use((session) => session.query('DELETE FROM fact_core_metrics'))
      await warehouse.use((session) => session.query('DELETE FROM etl_slice'))
      const startMs = Date.parse(change) - 24.5 * HOUR_MS
      const world = createWorld({ seed: 5, accounts: 9, ads: 1, nowMs: startMs, days: 3 })
      const clock = createTestClock(() => 0.5, startMs)
      const settings = { reports: ['core'] as const, firstPullDays: 6, dailyPullDays: 6 }
      const sync = createTestSync(warehouse, { world, clock, settings })
      for (const hours of [0, 24, 1, 24]) {
        clock.advance(hours * HOUR_MS)
        const { summary } = await sync.run(null)
        expect(summary).toMatchObject({ status: 'succeeded' })
        const nowMs = clock.now()
        const days = daysOf(addDays(dayIn('UTC', nowMs), -8), addDays(dayIn('UTC', nowMs), 2))
        await expectFacts(warehouse, world, days, nowMs, ['fact_core_metrics', 'fact_action_metrics'])
      }
    }
  }, 300_000)
})
