import { type CalendarDate, daysBetween, parseCalendarDate } from '../../model/calendar-date.ts'

const EPOCH = parseCalendarDate('1970-01-01')

/** Days since 1970-01-01: what the world calculates with. */
export function toDayNumber(date: CalendarDate): number {
  return daysBetween(EPOCH, date)
}
