import type { DaysData } from '../../src/charts/days.ts'
import { MEASURES } from '../../src/dashboard/measures.ts'
import type { OVERVIEW_MEASURES, OverviewFigures, Period } from '../../src/dashboard/panels/figures-by-day.ts'
import type { DayState, Scope } from '../../src/dashboard/scope.ts'
import { daysOf } from '../../src/model/calendar-date.ts'
import { formatDay } from '../format.ts'

export type DayMeasure = (typeof OVERVIEW_MEASURES)[number]

export function isHole(state: DayState | undefined): boolean {
  return state === 'missing' || state === 'failed'
}

/** Totals of unlike numbers of days say nothing of a change; null when the two ranges can be compared. */
export function obstacleOf({ days, previousMissing }: Scope): string | null {
  const missing = days.filter(isHole).length
  if (missing > 0) return `${missing} of ${days.length} days are not loaded`
  if (previousMissing > 0) return `${previousMissing} of the ${days.length} days before are not loaded`
  return null
}

/** A day that is loaded and has no facts is 0, or nothing for a rate; one that is not loaded is a gap. */
export function valuesByDay(
  { since, until, days }: Pick<Scope, 'since' | 'until'> & Partial<Pick<Scope, 'days'>>,
  rows: Period['days'],
  name: DayMeasure,
): (number | null)[] {
  const byDay = new Map<string, OverviewFigures>(rows.map((row) => [row.date, row]))
  return daysOf(since, until).map((day, i) => {
    const row = byDay.get(day)
    if (row) return row[name] === null ? null : Number(row[name])
    if (isHole(days?.[i])) return null
    return 'per' in MEASURES[name] ? null : 0
  })
}

export const STATE_WORDS: Readonly<Partial<Record<DayState, string>>> = {
  missing: 'Not loaded',
  failed: 'Could not be loaded',
  empty: 'Loaded: no ad was shown',
}

/** What a chart shows, in a sentence. */
export function summaryOf(title: string, { days, bars }: DaysData): string {
  const known = bars.values.flatMap((value, i) => (value === null ? [] : [{ value, day: days[i] ?? '' }]))
  const [first] = known
  if (first === undefined) return `${title}: no figures.`
  const highest = known.reduce((a, b) => (b.value > a.value ? b : a), first)
  const lowest = known.reduce((a, b) => (b.value < a.value ? b : a), first)
  return `${title}. Highest ${bars.format(highest.value)} on ${formatDay(highest.day)}, lowest ${bars.format(lowest.value)} on ${formatDay(lowest.day)}.`
}
