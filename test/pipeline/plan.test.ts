import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, type CalendarDate, daysOf, parseCalendarDate } from '../../src/model/calendar-date.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import type { InsightsRequest, LedgerEntry } from '../../src/model/slice.ts'
import { oldestDay, type PlanSettings, planAccount } from '../../src/pipeline/plan.ts'

const NOW = Date.parse('2026-11-24T12:00:00Z')
const TODAY = parseCalendarDate('2026-11-24')
const ACCOUNT = parseAccountId('1010035716096012')
const SETTINGS: PlanSettings = { reports: ['core'], firstPullDays: 450, dailyPullDays: 28, chunkDays: 7 }

function loaded(date: CalendarDate, loadedAtMs: number): LedgerEntry {
  return { accountId: ACCOUNT, report: 'core', date, status: 'loaded', loadedAtMs }
}

function plan(
  ledger: readonly LedgerEntry[],
  settings: Partial<PlanSettings> = {},
  nowMs = NOW,
  timeZone = 'UTC',
) {
  return planAccount({ accountId: ACCOUNT, timeZone, ledger }, null, { ...SETTINGS, ...settings }, nowMs)
}

const daysIn = (requests: readonly InsightsRequest[]) =>
  requests.flatMap(({ since, until }) => daysOf(since, until))

describe('a first sync', () => {
  it('reads each of the 450 days once, newest first, at most 7 in a request', () => {
    const requests = plan([])
    expect(daysIn(requests).toSorted()).toEqual(daysOf(addDays(TODAY, -449), TODAY))
    expect(requests[0]).toMatchObject({ since: '2026-11-18', until: '2026-11-24' })
    expect(requests.map((request) => request.until)).toEqual(
      requests
        .map((request) => request.until)
        .toSorted()
        .toReversed(),
    )
  })

  it('never asks for more than the API keeps', () => {
    expect(daysIn(plan([], { firstPullDays: 3000 })).toSorted()[0]).toBe(oldestDay(TODAY))
    expect(oldestDay(TODAY)).toBe('2023-10-25')
  })

  it("ends with the account's own today, not the machine's", () => {
    const lateEvening = Date.parse('2026-11-24T23:30:00Z')
    expect(plan([], {}, lateEvening, 'Asia/Tokyo')[0]?.until).toBe('2026-11-25')
    expect(plan([], {}, Date.parse('2026-11-24T02:00:00Z'), 'America/Los_Angeles')[0]?.until).toBe(
      '2026-11-23',
    )
  })
})

describe('months that leave the warehouse', () => {
  const away = (date: CalendarDate, status: 'archived' | 'dropped'): LedgerEntry => ({
    ...loaded(date, NOW),
    status,
  })
  const october = daysOf(parseCalendarDate('2026-10-01'), parseCalendarDate('2026-10-31'))

  it('are not read by itself, whatever the ledger misses of them', () => {
    const planned = daysIn(plan([], { retentionMonths: 2 })).toSorted()
    expect(planned).toEqual(daysOf(parseCalendarDate('2026-09-01'), TODAY))
  })

  it('are not read again, also within the lookback', () => {
    for (const status of ['archived', 'dropped'] as const) {
      const planned = daysIn(plan(october.map((day) => away(day, status))))
      expect(planned.filter((day) => october.includes(day))).toEqual([])
    }
  })

  it('are read when they are asked for and gone for good, and come from their files when they are archived', () => {
    const asked = { since: parseCalendarDate('2026-10-30'), until: parseCalendarDate('2026-11-01') }
    const read = (status: 'archived' | 'dropped') => {
      const ledger = october.map((day) => away(day, status))
      return daysIn(planAccount({ accountId: ACCOUNT, timeZone: 'UTC', ledger }, asked, SETTINGS, NOW))
    }
    expect(read('archived')).toEqual(['2026-11-01'])
    expect(read('dropped').toSorted()).toEqual(['2026-10-30', '2026-10-31', '2026-11-01'])
  })
})

describe('a later sync', () => {
  const everyDay = daysOf(addDays(TODAY, -449), TODAY)
  const settledLedger = everyDay.map((day) => loaded(day, NOW))

  it('reads the lookback again and nothing else', () => {
    expect(daysIn(plan(settledLedger)).toSorted()).toEqual(daysOf(addDays(TODAY, -27), TODAY))
  })

  it('reads a day again that was not over when it was read, however short the lookback', () => {
    const yesterday = addDays(TODAY, -1)
    const ledger = settledLedger.map((entry) =>
      entry.date === yesterday ? loaded(yesterday, NOW - 86_400_000) : entry,
    )
    expect(daysIn(plan(ledger, { dailyPullDays: 1 })).toSorted()).toEqual([yesterday, TODAY])
  })

  it('fills a hole, whatever came after it', () => {
    const hole = parseCalendarDate('2026-03-01')
    expect(daysIn(plan(settledLedger.filter((entry) => entry.date !== hole)))).toContain(hole)
  })

  it('fills a hole that is older than the first pull, once it has data on both sides', () => {
    const hole = parseCalendarDate('2026-10-10')
    const ledger = daysOf(addDays(TODAY, -60), TODAY)
      .filter((day) => day !== hole)
      .map((day) => loaded(day, NOW))
    expect(daysIn(plan(ledger, { firstPullDays: 30 })).toSorted()).toEqual([
      hole,
      ...daysOf(addDays(TODAY, -27), TODAY),
    ])
  })

  it('reads a failed day again, also one that is older than the first pull', () => {
    const failed = parseCalendarDate('2025-01-05')
    const entry: LedgerEntry = {
      accountId: ACCOUNT,
      report: 'core',
      date: failed,
      status: 'failed',
      loadedAtMs: null,
    }
    expect(daysIn(plan([...settledLedger, entry]))).toContain(failed)
  })

  it('reads a day again that was last read while the API still restated it', () => {
    const day = parseCalendarDate('2026-06-01')
    const early = loaded(day, Date.parse('2026-06-03T12:00:00Z'))
    expect(daysIn(plan(settledLedger.map((entry) => (entry.date === day ? early : entry))))).toContain(day)
  })

  it('reads a day once more after it has left the lookback, when it is final', () => {
    const leaving = addDays(TODAY, -28)
    const yesterday = loaded(leaving, NOW - 86_400_000)
    const ledger = settledLedger.map((entry) => (entry.date === leaving ? yesterday : entry))
    expect(daysIn(plan(ledger)).toSorted()).toEqual(daysOf(leaving, TODAY))
    expect(daysIn(plan(settledLedger))).not.toContain(leaving)
  })

  it('reads young days again also when the first pull is shorter than the lookback', () => {
    const young = daysOf(addDays(TODAY, -20), TODAY).map((day) => loaded(day, NOW - 86_400_000))
    expect(daysIn(plan(young, { firstPullDays: 7 })).toSorted()).toEqual(daysOf(addDays(TODAY, -20), TODAY))
  })

  it('asks for one report by its own ledger alone', () => {
    const requests = plan(settledLedger, { reports: ['core', 'country'] })
    expect(daysIn(requests.filter(({ report }) => report === 'country'))).toHaveLength(450)
  })

  it('plans every missing day exactly once and no settled one, for any ledger', () => {
    const day = fc.integer({ min: 0, max: 600 }).map((age) => addDays(TODAY, -age))
    fc.assert(
      fc.property(
        fc.uniqueArray(day, { maxLength: 600 }),
        fc.integer({ min: 1, max: 30 }),
        (days, chunkDays) => {
          const requests = plan(
            days.map((date) => loaded(date, NOW)),
            { chunkDays },
          )
          const planned = daysIn(requests)
          expect(new Set(planned).size).toBe(planned.length)
          const known = new Set(days)
          const since = [...days, addDays(TODAY, -449)].toSorted()[0] ?? TODAY
          const expected = daysOf(since, TODAY).filter(
            (date) => date >= addDays(TODAY, -27) || !known.has(date),
          )
          expect(planned.toSorted()).toEqual(expected)
          for (const { since, until } of requests)
            expect(daysOf(since, until).length).toBeLessThanOrEqual(chunkDays)
        },
      ),
    )
  })
})

describe('days that were asked for', () => {
  const ask = (since: string, until: string) =>
    daysIn(
      planAccount(
        { accountId: ACCOUNT, timeZone: 'UTC', ledger: [loaded(TODAY, NOW)] },
        { since: parseCalendarDate(since), until: parseCalendarDate(until) },
        SETTINGS,
        NOW,
      ),
    ).toSorted()

  it('are read whatever the ledger says, both ends included', () => {
    expect(ask('2026-11-22', '2026-11-24')).toEqual(['2026-11-22', '2026-11-23', '2026-11-24'])
  })

  it('end today and begin where the API does', () => {
    expect(ask('2026-11-24', '2026-12-24')).toEqual(['2026-11-24'])
    expect(ask('2020-01-01', '2023-10-25')).toEqual(['2023-10-25'])
    expect(ask('2026-12-01', '2026-12-24')).toEqual([])
  })

  it('are the last n, today included', () => {
    const requests = planAccount(
      { accountId: ACCOUNT, timeZone: 'UTC', ledger: [] },
      { days: 3 },
      SETTINGS,
      NOW,
    )
    expect(requests).toEqual([
      { accountId: ACCOUNT, report: 'core', since: '2026-11-22', until: '2026-11-24' },
    ])
  })
})
