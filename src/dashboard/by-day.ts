import type { DaysData, Series } from '../charts/days.ts'
import { addDays, daysOf } from '../model/calendar-date.ts'
import type { Formats } from './format.ts'
import { MEASURES } from './measures.ts'
import type { Change } from './panels/changes.ts'
import type { OVERVIEW_MEASURES, OverviewFigures, Period } from './panels/figures-by-day.ts'
import { type DayState, isHole, type View } from './scope.ts'

export type DayMeasure = (typeof OVERVIEW_MEASURES)[number]

/** A day that is loaded and has no facts is 0, or nothing for a rate; one that is not loaded is a gap. */
export function valuesByDay(
  { since, until, days }: Pick<View, 'since' | 'until' | 'days'>,
  rows: Period['days'],
  name: DayMeasure,
): (number | null)[] {
  const byDay = new Map<string, OverviewFigures>(rows.map((row) => [row.date, row]))
  return daysOf(since, until).map((day, i) => {
    const row = byDay.get(day)
    if (row) return row[name] === null ? null : Number(row[name])
    if (isHole(days[i])) return null
    return 'per' in MEASURES[name] ? null : 0
  })
}

export const STATE_WORDS: Readonly<Partial<Record<DayState, string>>> = {
  missing: 'Not loaded',
  failed: 'Could not be loaded',
  archived: 'Archived',
  empty: 'Loaded: no ad was shown',
}

interface DaysFigures {
  readonly current: Period
  readonly previous: Period | null
  readonly metric: DayMeasure
  readonly changes: readonly Change[]
}

/** One measure as bars, purchases (or the amount spent) as a line, the period before, and how many things changed. */
export function toDaysData(
  scope: View,
  { current, previous, metric, changes }: DaysFigures,
  formats: Formats,
): DaysData {
  const { currency } = scope
  const days = daysOf(scope.since, scope.until)
  const series = (name: DayMeasure): Series => ({
    label: MEASURES[name].label,
    values: valuesByDay(scope, current.days, name),
    format: (value) => formats.measure(name, value, { currency }),
    formatShort: (value) => formats.measure(name, value, { currency, compact: true }),
  })
  const before =
    previous && scope.previous
      ? valuesByDay({ ...scope.previous, days: scope.previousDays }, previous.days, metric)
      : []
  return {
    days,
    bars: series(metric),
    line: series(secondTo(metric)),
    previous: before.some((value) => value !== null) ? before : null,
    arriving: days.filter((day) => day >= addDays(scope.today, -1)).length,
    marks: days.map((day) => changes.filter(({ date }) => date === day).length),
  }
}

/** What is drawn as a line over `metric`. */
export function secondTo(metric: DayMeasure): DayMeasure {
  return metric === 'purchases' ? 'spend' : 'purchases'
}

export function titleOf(metric: DayMeasure): string {
  return `${MEASURES[metric].label} and ${MEASURES[secondTo(metric)].label.toLowerCase()} by day`
}

/** What a chart shows, in a sentence. */
export function summaryOf(title: string, { days, bars }: DaysData, formats: Formats): string {
  const known = bars.values.flatMap((value, i) => (value === null ? [] : [{ value, day: days[i] ?? '' }]))
  const [first] = known
  if (first === undefined) return `${title}: no figures.`
  const highest = known.reduce((a, b) => (b.value > a.value ? b : a), first)
  const lowest = known.reduce((a, b) => (b.value < a.value ? b : a), first)
  return `${title}. Highest ${bars.format(highest.value)} on ${formats.day(highest.day)}, lowest ${bars.format(lowest.value)} on ${formats.day(lowest.day)}.`
}
