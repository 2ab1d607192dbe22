import { type CalendarDate, dayIn, isCalendarDate } from '../model/calendar-date.ts'
import { type AskedDays, oldestDay } from '../pipeline/plan.ts'
import { parseNumber } from './parse-number.ts'
import { UsageError } from './usage-error.ts'

/** 37 months; longer than that the API keeps nothing. */
export const MOST_DAYS = 1127

/** Where the day begins first and last on Earth: an account's own today lies between these two. */
const EARLIEST_ZONE = 'Etc/GMT+12'
const LATEST_ZONE = 'Pacific/Kiritimati'

export interface DateFlags {
  readonly since?: string
  readonly until?: string
  readonly days?: string
}

/** The days that the flags ask for; null when they ask for none. Throws UsageError. */
export function parseAskedDays(flags: DateFlags, nowMs: number): AskedDays | null {
  const { since, until, days } = flags
  if (days !== undefined) {
    if (since !== undefined || until !== undefined) {
      throw new UsageError('--days and --since/--until exclude each other.')
    }
    return { days: parseNumber('--days', days, MOST_DAYS, 1, 9999) }
  }
  if (since === undefined && until === undefined) return null
  if (since === undefined) throw new UsageError('--until needs --since, the first day to read.')
  const newest = dayIn(LATEST_ZONE, nowMs)
  const range = {
    since: parseDate('--since', since),
    until: until === undefined ? newest : parseDate('--until', until),
  }
  if (range.since > newest || (until !== undefined && range.until > newest)) {
    throw new UsageError(
      `${range.since > newest ? '--since' : '--until'} is in the future: in the time zone that is furthest ahead it is ${newest}.`,
    )
  }
  if (range.since > range.until) {
    throw new UsageError(`--since ${since} is later than --until ${until}; write the earlier day first.`)
  }
  return range
}

/** Throws UsageError when the API keeps nothing of the first days that were asked for. */
export function checkRetention(asked: AskedDays | null, nowMs: number): void {
  if (asked === null) return
  if ('days' in asked) {
    if (asked.days <= MOST_DAYS) return
    throw new UsageError(
      `--days ${asked.days} is beyond the 37 months that the API keeps; the most is ${MOST_DAYS}.`,
    )
  }
  const oldest = oldestDay(dayIn(EARLIEST_ZONE, nowMs))
  if (asked.since >= oldest) return
  throw new UsageError(
    `--since ${asked.since} is beyond the 37 months that the API keeps; the first day is ${oldest}.`,
  )
}

function parseDate(flag: string, text: string): CalendarDate {
  if (!isCalendarDate(text))
    throw new UsageError(`${flag} is "${text}"; it must be a day written YYYY-MM-DD.`)
  return text
}
