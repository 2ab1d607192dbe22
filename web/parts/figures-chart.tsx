import { useMemo } from 'react'
import {
  type DayMeasure,
  STATE_WORDS,
  secondTo,
  summaryOf,
  titleOf,
  toDaysData,
} from '../../src/dashboard/by-day.ts'
import { MEASURES } from '../../src/dashboard/measures.ts'
import { type Change, MOST_CHANGES } from '../../src/dashboard/panels/changes.ts'
import type { Period } from '../../src/dashboard/panels/figures-by-day.ts'
import type { View } from '../../src/dashboard/scope.ts'
import { daysOf } from '../../src/model/calendar-date.ts'
import { useParams } from '../address.ts'
import { formats } from '../format.ts'
import { describeChange } from './changes.ts'
import { DaysChart } from './days-chart.tsx'
import { Empty } from './states.tsx'

interface FiguresChartProps {
  readonly view: View
  readonly current: Period
  readonly previous: Period | null
  readonly metric: DayMeasure
  readonly changes: readonly Change[]
  readonly height?: number
}

const MOST_NOTES = 4

/** One measure as bars by day, purchases (or the amount spent) as a line, the period before, and what was changed. */
export function FiguresChart({ view, current, previous, metric, changes, height = 260 }: FiguresChartProps) {
  const [, change] = useParams()
  const { currency } = view
  const data = useMemo(
    () => toDaysData(view, { current, previous, metric, changes }, formats),
    [view, current, previous, metric, changes],
  )
  const { days } = data
  const title = titleOf(metric)
  const label = MEASURES[metric].label
  if (data.bars.values.every((value) => value === null)) return <Empty>No figures in this range.</Empty>
  const notesOf = (day: string | undefined) => {
    const found = changes.filter(({ date }) => date === day)
    const shown = found.slice(0, MOST_NOTES).map((one) => describeChange(one, currency))
    return found.length > MOST_NOTES ? [...shown, `and ${found.length - MOST_NOTES} changes more`] : shown
  }
  return (
    <>
      <p className="about legend">
        <span className="key-bar">{label}, left</span>
        <span className="key-line">{MEASURES[secondTo(metric)].label}, right</span>
        {data.arriving > 0 && <span className="key-arriving">still arriving</span>}
        {data.previous && <span className="key-previous">{label}, period before</span>}
        {data.marks.some((count) => count > 0) && (
          <span className="key-mark">
            Changes of status, budget, name
            {changes.length >= MOST_CHANGES && `, the newest ${MOST_CHANGES} alone`}
          </span>
        )}
      </p>
      <DaysChart
        data={data}
        height={height}
        previousDays={view.previous ? daysOf(view.previous.since, view.previous.until) : []}
        summary={summaryOf(title, data, formats)}
        stateOf={(i) => STATE_WORDS[view.days[i] ?? 'settled'] ?? null}
        notesOf={(i) => notesOf(days[i])}
        onZoom={(since, until) => change({ since, until, range: null })}
      />
    </>
  )
}
