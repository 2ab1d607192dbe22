import { addDays, type CalendarDate, parseCalendarDate, toDateId } from '../model/calendar-date.ts'
import type { FactTableName } from '../model/fact.ts'

/** A month of the fact tables: the range of one partition of each. */
export interface FactMonth {
  /** E.g. 202411. */
  readonly number: number
  readonly first: CalendarDate
  /** The first day of the next month. */
  readonly next: CalendarDate
}

/** The months of the days `since` to `until`, both included. */
export function monthsOf(since: CalendarDate, until: CalendarDate): FactMonth[] {
  const months: FactMonth[] = []
  for (let first = firstOfMonth(since); first <= until; ) {
    const next = firstOfMonth(addDays(first, 31))
    months.push({ number: Math.floor(toDateId(first) / 100), first, next })
    first = next
  }
  return months
}

/** Some days of one month. */
export interface DaysOfMonth {
  readonly month: FactMonth
  readonly days: readonly CalendarDate[]
}

/** The days, which are in their order, by their months. */
export function byMonth(days: readonly CalendarDate[]): DaysOfMonth[] {
  const [first, last] = [days.at(0), days.at(-1)]
  if (first === undefined || last === undefined) return []
  return monthsOf(first, last)
    .map((month) => ({ month, days: days.filter((day) => day >= month.first && day < month.next) }))
    .filter((each) => each.days.length > 0)
}

/** `month` as a number, e.g. 202411. */
export function partitionName(table: FactTableName, month: number): string {
  return `${table}_${month}`
}

/** Where the rows of slices that are new to the warehouse wait until their month is finished. */
export function buildName(table: FactTableName, month: number): string {
  return `${partitionName(table, month)}_build`
}

/** The keys of `dim_date` that belong to the partition: `FROM` is included, `TO` is not. */
export function boundsOf({ first, next }: FactMonth): string {
  return `FOR VALUES FROM (${toDateId(first)}) TO (${toDateId(next)})`
}

/**
 * That the days of a month's rows lie in it, said of the `date` that the views have: by this, and not by the bounds
 * of `date_id`, the planner sees which months a question about dates can leave out. The views' expression is the same.
 * Both bounds are included: that no date is later than 30 November and earlier than 1 December, it does not know.
 */
export function dateCheckOf(table: FactTableName, { number, first, next }: FactMonth): string {
  const date = 'make_date(date_id / 10000, date_id / 100 % 100, date_id % 100)'
  return `CONSTRAINT ${partitionName(table, number)}_date_check CHECK (${date} BETWEEN '${first}' AND '${addDays(next, -1)}')`
}

function firstOfMonth(date: CalendarDate): CalendarDate {
  return parseCalendarDate(`${date.slice(0, 7)}-01`)
}
