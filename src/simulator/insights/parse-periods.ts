import {
  addDays,
  type CalendarDate,
  isCalendarDate,
  monthsBefore,
  parseCalendarDate,
} from '../../model/calendar-date.ts'
import { GraphFailure, invalidParameter } from '../graph/graph-failure.ts'
import { notOneOf, type Params, parseJsonParam } from '../graph/params.ts'
import { DATE_PRESETS, isDatePreset, type Period, periodOf } from './date-preset.ts'

const OLDEST_MONTHS = 37

/**
 * The periods that each get their own rows: `time_ranges` before `time_range` before `date_preset`, cut
 * into pieces by `time_increment`. Throws GraphFailure on what is no date, and on days too long ago.
 */
export function parsePeriods(params: Params, today: CalendarDate): Period[] {
  const ranges = parseJsonParam(params, 'time_ranges')
  const list = Array.isArray(ranges) ? ranges.map((item, i) => parsePeriod(item, `time_ranges[${i}]`)) : null
  const periods = list ?? cut(parseOne(params, today), params.time_increment ?? 'all_days')
  const oldest = monthsBefore(today, OLDEST_MONTHS)
  if (periods.some(({ since }) => since < oldest)) throw new GraphFailure('too-old')
  return periods
}

function parseOne(params: Params, today: CalendarDate): Period {
  const range = parseJsonParam(params, 'time_range')
  if (range !== undefined) return parsePeriod(range, 'time_range')
  const preset = params.date_preset ?? 'last_30d'
  if (!isDatePreset(preset)) throw notOneOf('date_preset', DATE_PRESETS)
  return periodOf(preset, today)
}

function parsePeriod(value: unknown, name: string): Period {
  if (typeof value !== 'object' || value === null) throw invalidParameter(`${name} must be an object`)
  const { since, until } = Object.assign({ since: undefined, until: undefined }, value)
  if (!isCalendarDate(since)) throw invalidParameter(`${name}[since] must be a date in the format YYYY-MM-DD`)
  if (!isCalendarDate(until)) throw invalidParameter(`${name}[until] must be a date in the format YYYY-MM-DD`)
  if (until < since) throw invalidParameter(`${name}[since] must not be after ${name}[until]`)
  return { since, until }
}

function cut(whole: Period, increment: string): Period[] {
  if (increment === 'all_days') return [whole]
  const days = Number(increment)
  if (increment !== 'monthly' && !(Number.isInteger(days) && days >= 1 && days <= 90)) {
    throw invalidParameter('time_increment must be an integer from 1 to 90, monthly or all_days')
  }
  const periods: Period[] = []
  for (let since = whole.since; since <= whole.until; ) {
    const end = increment === 'monthly' ? endOfMonth(since) : addDays(since, days - 1)
    const until = [end, whole.until].sort()[0] ?? end
    periods.push({ since, until })
    since = addDays(until, 1)
  }
  return periods
}

function endOfMonth(day: CalendarDate): CalendarDate {
  const first = parseCalendarDate(`${day.slice(0, 7)}-01`)
  const nextFirst = parseCalendarDate(`${addDays(first, 31).slice(0, 7)}-01`)
  return addDays(nextFirst, -1)
}
