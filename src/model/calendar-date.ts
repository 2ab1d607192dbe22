declare const brand: unique symbol

/** A day `YYYY-MM-DD`, always the ad account's own day. Compares and sorts as text. */
export type CalendarDate = string & { readonly [brand]: 'CalendarDate' }

const DAY_MS = 86_400_000

/** Throws RangeError unless `text` is a real day written `YYYY-MM-DD`. */
export function parseCalendarDate(text: string): CalendarDate {
  if (!isCalendarDate(text)) throw new RangeError(`"${text}" is not a date written YYYY-MM-DD`)
  return text
}

export function isCalendarDate(text: unknown): text is CalendarDate {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const ms = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(ms) && fromUtcMs(ms) === text
}

export function addDays(date: CalendarDate, days: number): CalendarDate {
  return fromUtcMs(toUtcMs(date) + days * DAY_MS)
}

/** Whole days from `from` to `to`; 0 when equal, negative when `to` is earlier. */
export function daysBetween(from: CalendarDate, to: CalendarDate): number {
  return Math.round((toUtcMs(to) - toUtcMs(from)) / DAY_MS)
}

/** Every day from `since` to `until`, both included; empty when `until` is earlier. */
export function daysOf(since: CalendarDate, until: CalendarDate): CalendarDate[] {
  const count = daysBetween(since, until) + 1
  return Array.from({ length: Math.max(0, count) }, (_, i) => addDays(since, i))
}

export function earlierOf(a: CalendarDate, b: CalendarDate): CalendarDate {
  return daysBetween(a, b) > 0 ? a : b
}

export function laterOf(a: CalendarDate, b: CalendarDate): CalendarDate {
  return daysBetween(a, b) > 0 ? b : a
}

/** The same day `months` earlier, or the last day of that month where it is shorter. */
export function monthsBefore(date: CalendarDate, months: number): CalendarDate {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number)
  const first = new Date(Date.UTC(year, month - 1 - months, 1))
  const lastDay = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  return fromUtcMs(Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), Math.min(day, lastDay)))
}

/** The day that a clock on the wall in `timeZone` (IANA name) shows at `epochMs`. Throws RangeError on another name. */
export function dayIn(timeZone: string, epochMs: number): CalendarDate {
  return createDayIn(timeZone)(epochMs)
}

/** `dayIn` for many moments of one time zone: looking the zone up is what takes its time. */
export function createDayIn(timeZone: string): (epochMs: number) => CalendarDate {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  })
  return (epochMs) => {
    const parts = format.formatToParts(epochMs)
    const part = (type: string) => parts.find((p) => p.type === type)?.value ?? ''
    return parseCalendarDate(`${part('year')}-${part('month')}-${part('day')}`)
  }
}

/** How many minutes a clock on the wall in `timeZone` is ahead of UTC at `epochMs`. Throws RangeError on another name. */
export function minutesAhead(timeZone: string, epochMs: number): number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  const name = format.formatToParts(epochMs).find((part) => part.type === 'timeZoneName')?.value ?? ''
  const [, sign = '+', hours = '0', minutes = '0'] = /^GMT([+-])(\d\d):(\d\d)/.exec(name) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

/** The key of `dim_date`: 2024-10-28 is 20241028. */
export function toDateId(date: CalendarDate): number {
  return Number(date.replaceAll('-', ''))
}

function toUtcMs(date: CalendarDate): number {
  return Date.parse(`${date}T00:00:00Z`)
}

function fromUtcMs(ms: number): CalendarDate {
  return new Date(ms).toISOString().slice(0, 10) as CalendarDate
}
