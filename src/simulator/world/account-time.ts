import { type CalendarDate, parseCalendarDate } from '../../model/calendar-date.ts'

/** A wall clock in an account's time zone. */
export interface AccountTime {
  /** The day that the wall shows at `epochMs`. */
  dayOf(epochMs: number): CalendarDate
  /** How much of that day is over: 0 at midnight, below 1. */
  dayFraction(epochMs: number): number
  /** Meta's form, the offset without a colon: `2023-03-17T08:04:31-0700`. */
  format(epochMs: number): string
  /** Hours ahead of UTC, as `timezone_offset_hours_utc`. */
  offsetHours(epochMs: number): number
}

const DAY_MS = 86_400_000

/** Keeps one formatter: making one costs a hundred times what using it does. */
export function createAccountTime(timeZone: string): AccountTime {
  const formatter = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
  /** The wall's reading taken as if it were UTC. */
  const wallMs = (epochMs: number): number => {
    const parts = new Map(formatter.formatToParts(epochMs).map(({ type, value }) => [type, Number(value)]))
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
    const time = [part('hour'), part('minute'), part('second')] as const
    return Date.UTC(part('year'), part('month') - 1, part('day'), ...time)
  }
  const offsetMs = (epochMs: number) => wallMs(epochMs) - Math.floor(epochMs / 1000) * 1000

  return {
    dayOf: (epochMs) => parseCalendarDate(new Date(wallMs(epochMs)).toISOString().slice(0, 10)),
    dayFraction: (epochMs) => (wallMs(epochMs) % DAY_MS) / DAY_MS,
    offsetHours: (epochMs) => offsetMs(epochMs) / 3_600_000,
    format: (epochMs) => {
      const minutes = Math.round(offsetMs(epochMs) / 60_000)
      const size = Math.abs(minutes)
      const hhmm = `${String(Math.floor(size / 60)).padStart(2, '0')}${String(size % 60).padStart(2, '0')}`
      const wall = new Date(wallMs(epochMs)).toISOString().slice(0, 19)
      return `${wall}${minutes < 0 ? '-' : '+'}${hhmm}`
    },
  }
}
