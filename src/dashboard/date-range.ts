import {
  addDays,
  type CalendarDate,
  daysBetween,
  earlierOf,
  monthsBefore,
  parseCalendarDate,
} from '../model/calendar-date.ts'
import type { Comparison, Filter, Preset } from './filter.ts'

/** Both days included. */
export interface DateRange {
  readonly since: CalendarDate
  readonly until: CalendarDate
}

/** The days of a preset. `last_…` end yesterday; `this_…` include `today`; `all` is what is loaded. */
export function toDateRange(
  range: Filter['range'],
  today: CalendarDate,
  loaded: DateRange | null,
): DateRange {
  if (typeof range !== 'string') return range
  const yesterday = addDays(today, -1)
  const month = firstOfMonth(today)
  const quarter = monthsBefore(month, (Number(today.slice(5, 7)) - 1) % 3)
  const ranges: Record<Preset, DateRange> = {
    yesterday: { since: yesterday, until: yesterday },
    last_7d: { since: addDays(today, -7), until: yesterday },
    last_14d: { since: addDays(today, -14), until: yesterday },
    last_28d: { since: addDays(today, -28), until: yesterday },
    last_90d: { since: addDays(today, -90), until: yesterday },
    this_month: { since: month, until: today },
    last_month: { since: monthsBefore(month, 1), until: addDays(month, -1) },
    this_quarter: { since: quarter, until: today },
    last_quarter: { since: monthsBefore(quarter, 3), until: addDays(quarter, -1) },
    this_year: { since: parseCalendarDate(`${today.slice(0, 4)}-01-01`), until: today },
    all: loaded ?? { since: yesterday, until: yesterday },
  }
  return ranges[range]
}

/** Ranges of this many days and more are not moved by whole weeks: a week more or less matters little there. */
const WEEKDAYS_MATTER = 28

/** The range that `range` is compared with; of the same length. */
export function toPreviousRange(
  { since, until }: DateRange,
  comparison: Comparison,
  matchWeekday: boolean,
): DateRange | null {
  if (comparison === 'none') return null
  const length = daysBetween(since, until) + 1
  const weeks = matchWeekday && length <= WEEKDAYS_MATTER
  const back =
    comparison === 'year'
      ? matchWeekday
        ? 364
        : daysBetween(monthsBefore(since, 12), since)
      : weeks
        ? Math.ceil(length / 7) * 7
        : length
  return { since: addDays(since, -back), until: addDays(until, -back) }
}

/** The range of the same length beside this one, not beyond `newest`; of a whole month, the month beside it. */
export function shifted({ since, until }: DateRange, direction: 1 | -1, newest: CalendarDate): DateRange {
  if (since === firstOfMonth(since) && until === lastOfMonth(since)) {
    const next = monthsBefore(since, -direction)
    return { since: next, until: earlierOf(lastOfMonth(next), newest) }
  }
  const length = daysBetween(since, until) + 1
  const last = earlierOf(addDays(until, direction * length), newest)
  return { since: addDays(last, 1 - length), until: last }
}

function lastOfMonth(date: CalendarDate): CalendarDate {
  return addDays(monthsBefore(firstOfMonth(date), -1), -1)
}

function firstOfMonth(date: CalendarDate): CalendarDate {
  return parseCalendarDate(`${date.slice(0, 7)}-01`)
}
