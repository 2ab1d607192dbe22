import { type KeyboardEvent, useRef, useState } from 'react'
import type { SliceCalendar, SliceDay } from '../../src/dashboard/panels/health.ts'
import type { ReportName } from '../../src/model/report.ts'
import { formatCount, formatDay, formatMoment, formatShortDay } from '../format.ts'

type CellState = 'settled' | 'settling' | 'empty' | 'missing' | 'failed' | 'archived' | 'none'

/** Shape and words of each state, so that none is told by its colour alone. */
const CELLS: Readonly<Record<CellState, { readonly shape: string; readonly words: string }>> = {
  settled: { shape: '■', words: 'loaded, final' },
  settling: { shape: '▨', words: 'loaded, may still change' },
  empty: { shape: '∅', words: 'loaded, no delivery' },
  missing: { shape: '□', words: 'not loaded' },
  failed: { shape: '✕', words: 'failed' },
  archived: { shape: '▤', words: 'archived' },
  none: { shape: '·', words: 'before the first load' },
}

function stateOf({ loaded, failed, archived, missing, rows, settling }: SliceDay): CellState {
  if (failed > 0) return 'failed'
  if (missing > 0) return 'missing'
  if (archived > 0) return 'archived'
  if (loaded === 0) return 'none'
  if (rows === 0) return 'empty'
  return settling > 0 ? 'settling' : 'settled'
}

interface SliceCalendarProps {
  readonly calendar: SliceCalendar
  readonly choose: (report: ReportName, date: string) => void
}

/** Three months of each report, a square a day, a column a week; arrow keys walk, Enter opens. */
export function SliceCalendarView({ calendar, choose }: SliceCalendarProps) {
  return (
    <>
      <div className="calendars">
        {calendar.reports.map((report) => (
          <Calendar key={report.report} report={report} choose={choose} />
        ))}
      </div>
      <ul className="steps" aria-label="What the squares mean">
        {Object.entries(CELLS).map(([state, { shape, words }]) => (
          <li key={state}>
            <span className={`cell ${state}`} aria-hidden="true">
              {shape}
            </span>{' '}
            {words}
          </li>
        ))}
      </ul>
    </>
  )
}

const WEEKDAYS = 7
const MOVES: Readonly<Record<string, number>> = {
  ArrowUp: -1,
  ArrowDown: 1,
  ArrowLeft: -WEEKDAYS,
  ArrowRight: WEEKDAYS,
}

interface CalendarProps {
  readonly report: SliceCalendar['reports'][number]
  readonly choose: SliceCalendarProps['choose']
}

function Calendar({ report: { report, days, loaded, failed, newestLoad }, choose }: CalendarProps) {
  const grid = useRef<HTMLTableElement>(null)
  const [focused, setFocused] = useState(days.length - 1)
  const missing = days.filter((day) => stateOf(day) === 'missing').length
  // Monday first.
  const shift = (new Date(`${days[0]?.date}T00:00:00Z`).getUTCDay() + 6) % WEEKDAYS
  const weeks = Math.ceil((days.length + shift) / WEEKDAYS)
  const onKeyDown = (event: KeyboardEvent) => {
    const by = MOVES[event.key]
    const to =
      event.key === 'Home'
        ? 0
        : event.key === 'End'
          ? days.length - 1
          : by === undefined
            ? null
            : focused + by
    if (to === null || to < 0 || to >= days.length) return
    event.preventDefault()
    setFocused(to)
    grid.current?.querySelector<HTMLElement>(`[data-index="${to}"]`)?.focus()
  }
  return (
    <section aria-label={`Slices of ${report}`}>
      <h3>{report}</h3>
      <p className="about">
        {formatCount(loaded)} slices loaded · {missing} days missing · {failed} failed · newest load{' '}
        {formatMoment(newestLoad)}
      </p>
      <table className="calendar" ref={grid} onKeyDown={onKeyDown}>
        <thead>
          <tr>
            {Array.from({ length: weeks }, (_, week) => {
              const first = days[Math.max(0, week * WEEKDAYS - shift)]?.date ?? ''
              return (
                <th key={first} scope="col">
                  {week % 4 === 0 ? (
                    formatShortDay(first)
                  ) : (
                    <span className="sr-only">{formatShortDay(first)}</span>
                  )}
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: WEEKDAYS }, (_, weekday) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a weekday is its place
            <tr key={weekday}>
              {Array.from({ length: weeks }, (_, week) => {
                const index = week * WEEKDAYS + weekday - shift
                const day = days[index]
                if (day === undefined) return <td key={index} />
                const state = stateOf(day)
                return (
                  <td key={day.date}>
                    <button
                      type="button"
                      className={`cell ${state}`}
                      data-index={index}
                      data-state={state}
                      tabIndex={index === focused ? 0 : -1}
                      aria-label={`${report}, ${formatDay(day.date)}: ${CELLS[state].words}${day.rows > 0 ? `, ${formatCount(day.rows)} rows` : ''}`}
                      title={`${formatDay(day.date)}: ${CELLS[state].words}`}
                      onFocus={() => setFocused(index)}
                      onClick={() => choose(report, day.date)}
                    >
                      {CELLS[state].shape}
                    </button>
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
