import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shifted, toDateRange, toPreviousRange } from '../../src/dashboard/date-range.ts'
import { COMPARISONS, PRESETS } from '../../src/dashboard/filter.ts'
import { addDays, daysBetween, parseCalendarDate } from '../../src/model/calendar-date.ts'
import { propertyOptions } from '../support/property-options.ts'

const today = parseCalendarDate('2026-03-02')
const day = fc.integer({ min: 0, max: 4000 }).map((n) => addDays(parseCalendarDate('2020-01-01'), n))

describe('the ranges of a dashboard', () => {
  it.each([
    ['yesterday', '2026-03-01', '2026-03-01'],
    ['last_7d', '2026-02-23', '2026-03-01'],
    ['last_28d', '2026-02-02', '2026-03-01'],
    ['this_month', '2026-03-01', '2026-03-02'],
    ['last_month', '2026-02-01', '2026-02-28'],
    ['this_quarter', '2026-01-01', '2026-03-02'],
    ['last_quarter', '2025-10-01', '2025-12-31'],
    ['this_year', '2026-01-01', '2026-03-02'],
  ] as const)('%s is %s to %s on a second of March', (preset, since, until) => {
    expect(toDateRange(preset, today, null)).toEqual({ since, until })
  })

  it('a preset is never empty, and never reaches beyond today', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PRESETS), day, (preset, now) => {
        const { since, until } = toDateRange(preset, now, null)
        expect(daysBetween(since, until)).toBeGreaterThanOrEqual(0)
        expect(until <= now).toBe(true)
      }),
      propertyOptions(4),
    )
  })

  it('a comparison has the same length, lies wholly before a range of up to a year, and meets the same weekdays', () => {
    fc.assert(
      fc.property(
        day,
        fc.integer({ min: 0, max: 400 }),
        fc.constantFrom(...COMPARISONS),
        fc.boolean(),
        (since, length, comparison, matchWeekday) => {
          const range = { since, until: addDays(since, length) }
          const previous = toPreviousRange(range, comparison, matchWeekday)
          expect(previous === null).toBe(comparison === 'none')
          if (previous === null) return
          expect(daysBetween(previous.since, previous.until)).toBe(length)
          const back = daysBetween(previous.since, since)
          if (comparison === 'prev' || length < 300) expect(previous.until < since).toBe(true)
          if (matchWeekday && (length < 28 || comparison === 'year')) expect(back % 7).toBe(0)
        },
      ),
      propertyOptions(4),
    )
  })

  it('the range beside one has its length, or is the month beside a month, touches it, and never reaches beyond today', () => {
    const march = { since: parseCalendarDate('2026-03-01'), until: parseCalendarDate('2026-03-31') }
    const newest = parseCalendarDate('2027-01-01')
    expect(shifted(march, -1, newest)).toEqual({ since: '2026-02-01', until: '2026-02-28' })
    expect(shifted(march, 1, newest)).toEqual({ since: '2026-04-01', until: '2026-04-30' })
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 400 }), fc.boolean(), (since, length, isLater) => {
        const until = addDays(since, length)
        const moved = shifted({ since, until }, isLater ? 1 : -1, addDays(until, 500))
        if (isLater) expect(moved.since).toBe(addDays(until, 1))
        else expect(moved.until).toBe(addDays(since, -1))
        if (!since.endsWith('-01')) expect(daysBetween(moved.since, moved.until)).toBe(length)
        expect(shifted({ since, until }, 1, until).until <= until).toBe(true)
      }),
      propertyOptions(4),
    )
  })
})
