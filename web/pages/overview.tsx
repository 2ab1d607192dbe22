import { useMemo } from 'react'
import { Link } from 'wouter'
import type { DaysData } from '../../src/charts/days.ts'
import { drawSpark } from '../../src/charts/spark.ts'
import { CSS_THEME } from '../../src/charts/theme.ts'
import { MEASURES, type MeasureName } from '../../src/dashboard/measures.ts'
import type { Change as ChangeRow } from '../../src/dashboard/panels/changes.ts'
import {
  OVERVIEW_MEASURES,
  type Overview,
  type OverviewFigures,
} from '../../src/dashboard/panels/overview.ts'
import type { Scope } from '../../src/dashboard/scope.ts'
import { addDays, daysOf } from '../../src/model/calendar-date.ts'
import { usePageAddress, useParams } from '../address.ts'
import { usePanel, useScope } from '../api.ts'
import { formatDay, formatMeasure, formatShare } from '../format.ts'
import { Change } from '../parts/change.tsx'
import { describeChange } from '../parts/changes.ts'
import { DaysChart } from '../parts/days-chart.tsx'
import { wordsOfMovers } from '../parts/movers.ts'
import { Panel } from '../parts/panel.tsx'
import { measureColumn, toSheet } from '../parts/sheet.ts'
import { Empty } from '../parts/states.tsx'
import { Svg } from '../parts/svg.tsx'

type CardName = (typeof OVERVIEW_MEASURES)[number]

const CARDS: readonly CardName[] = OVERVIEW_MEASURES.filter((name) => name !== 'purchase_value')

export default function OverviewPage() {
  const scope = useScope().data?.data
  const overview = usePanel('overview')
  const [params, change] = useParams()
  const metric = CARDS.find((name) => name === params.get('m')) ?? 'spend'
  if (!scope) return <div className="waiting" aria-busy="true" />
  return (
    <>
      <h1 className="sr-only">Overview</h1>
      <Cards
        scope={scope}
        data={overview.data?.data ?? null}
        metric={metric}
        choose={(name) => change({ m: name === 'spend' ? null : name }, { replace: true })}
      />
      <div className="grid">
        <ByDay scope={scope} query={overview} metric={metric} />
        <WhatMoved scope={scope} />
        <ByCampaign scope={scope} />
      </div>
    </>
  )
}

interface CardsProps {
  readonly scope: Scope
  readonly data: Overview | null
  readonly metric: MeasureName
  readonly choose: (name: CardName) => void
}

function Cards({ scope, data, metric, choose }: CardsProps) {
  const { currency } = scope
  const obstacle = obstacleOf(scope)
  return (
    <section className="cards" aria-label="Figures of the whole range">
      {CARDS.map((name) => {
        const now = data?.current.total[name] ?? null
        const before = data?.previous?.total[name] ?? null
        return (
          <button
            type="button"
            key={name}
            className="card"
            aria-pressed={metric === name}
            onClick={() => choose(name)}
          >
            <span className="card-label" title={MEASURES[name].meaning}>
              {MEASURES[name].label}
            </span>
            <span className="card-value" data-measure={name} title={formatMeasure(name, now, { currency })}>
              {data ? formatMeasure(name, now, { currency, compact: true }) : ' '}
            </span>
            <span className="card-foot">
              <span>
                {data?.previous && (
                  <>
                    <Change measure={name} now={now} before={before} obstacle={obstacle} />
                    <br />
                    <span className="card-was">
                      was {formatMeasure(name, before, { currency, compact: true })}
                    </span>
                  </>
                )}
              </span>
              {data && <Svg of={drawSpark(valuesByDay(scope, data.current.days, name), CSS_THEME)} />}
            </span>
          </button>
        )
      })}
    </section>
  )
}

/** Totals of unlike numbers of days say nothing of a change. */
function obstacleOf({ days, previousMissing }: Scope): string | null {
  const missing = days.filter(isHole).length
  if (missing > 0) return `${missing} of ${days.length} days are not loaded`
  if (previousMissing > 0) return `${previousMissing} of the ${days.length} days before are not loaded`
  return null
}

function isHole(state: string): boolean {
  return state === 'missing' || state === 'failed'
}

/** A day that is loaded and has no facts is 0, or nothing for a rate; one that is not loaded is a gap. */
function valuesByDay(
  scope: Pick<Scope, 'since' | 'until'> & { readonly days?: Scope['days'] },
  rows: Overview['current']['days'],
  name: CardName,
): (number | null)[] {
  const byDay = new Map<string, OverviewFigures>(rows.map((row) => [row.date, row]))
  return daysOf(scope.since, scope.until).map((day, i) => {
    const row = byDay.get(day)
    if (row) return row[name] === null ? null : Number(row[name])
    const state = scope.days?.[i]
    if (state !== undefined && isHole(state)) return null
    return 'per' in MEASURES[name] ? null : 0
  })
}

interface ByDayProps {
  readonly scope: Scope
  readonly query: ReturnType<typeof usePanel<'overview'>>
  readonly metric: CardName
}

const STATE_WORDS: Readonly<Record<string, string>> = {
  missing: 'Not loaded',
  failed: 'Could not be loaded',
  empty: 'Loaded: no ad was shown',
}

function ByDay({ scope, query, metric }: ByDayProps) {
  const [, change] = useParams()
  const changes = usePanel('changes').data?.data ?? []
  const { currency } = scope
  const second: CardName = metric === 'purchases' ? 'spend' : 'purchases'
  const series = (name: CardName, values: (number | null)[]) => ({
    label: MEASURES[name].label,
    values,
    format: (value: number) => formatMeasure(name, value, { currency }),
    formatShort: (value: number) => formatMeasure(name, value, { currency, compact: true }),
  })
  const days = daysOf(scope.since, scope.until)
  const overview = query.data?.data
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rest follows from these
  const data = useMemo((): DaysData | null => {
    if (!overview) return null
    return {
      days,
      bars: series(metric, valuesByDay(scope, overview.current.days, metric)),
      line: series(second, valuesByDay(scope, overview.current.days, second)),
      previous:
        overview.previous && scope.previous
          ? valuesByDay(scope.previous, overview.previous.days, metric)
          : null,
      arriving: days.filter((day) => day >= addDays(scope.today, -1)).length,
      marks: days.map((day) => changes.filter(({ date }) => date === day).length),
    }
  }, [overview, scope, metric, changes])
  const title = `${MEASURES[metric].label} and ${MEASURES[second].label.toLowerCase()} by day`
  return (
    <Panel
      title={title}
      query={query}
      about={
        <Legend
          bars={MEASURES[metric].label}
          line={MEASURES[second].label}
          hasPrevious={scope.previous !== null}
          hasMarks={changes.length > 0}
        />
      }
      table={({ current }) =>
        toSheet(
          [
            { label: 'Day', show: (row) => formatDay(row.date), raw: (row) => row.date },
            ...OVERVIEW_MEASURES.map((name) => measureColumn(name, currency)),
          ],
          current.days,
        )
      }
    >
      {() =>
        data?.bars.values.some((value) => value !== null) ? (
          <DaysChart
            data={data}
            previousDays={scope.previous ? daysOf(scope.previous.since, scope.previous.until) : []}
            summary={summaryOf(title, data)}
            stateOf={(i) => STATE_WORDS[scope.days[i] ?? ''] ?? null}
            notesOf={(i) => notesOf(changes, days[i] ?? '', currency)}
            onZoom={(since, until) => change({ since, until, range: null })}
          />
        ) : (
          <Empty>No figures in this range.</Empty>
        )
      }
    </Panel>
  )
}

const MOST_NOTES = 4

function notesOf(changes: readonly ChangeRow[], day: string, currency: string | null): string[] {
  const found = changes.filter(({ date }) => date === day)
  const shown = found.slice(0, MOST_NOTES).map((change) => describeChange(change, currency))
  return found.length > MOST_NOTES ? [...shown, `and ${found.length - MOST_NOTES} changes more`] : shown
}

function summaryOf(title: string, { days, bars }: DaysData): string {
  const known = bars.values.flatMap((value, i) => (value === null ? [] : [{ value, day: days[i] ?? '' }]))
  const highest = known.reduce((a, b) => (b.value > a.value ? b : a), known[0] ?? { value: 0, day: '' })
  const lowest = known.reduce((a, b) => (b.value < a.value ? b : a), known[0] ?? { value: 0, day: '' })
  return `${title}. Highest ${bars.format(highest.value)} on ${formatDay(highest.day)}, lowest ${bars.format(lowest.value)} on ${formatDay(lowest.day)}.`
}

interface LegendProps {
  readonly bars: string
  readonly line: string
  readonly hasPrevious: boolean
  readonly hasMarks: boolean
}

function Legend({ bars, line, hasPrevious, hasMarks }: LegendProps) {
  return (
    <span className="legend">
      <span className="key-bar">{bars}, left</span>
      <span className="key-line">{line}, right</span>
      {hasPrevious && <span className="key-previous">{bars}, period before</span>}
      {hasMarks && <span className="key-mark">changes of status, budget, name</span>}
    </span>
  )
}

function WhatMoved({ scope }: { readonly scope: Scope }) {
  const query = usePanel('movers')
  const address = usePageAddress()
  const obstacle = obstacleOf(scope)
  return (
    <Panel title="What moved most" query={query} className="half">
      {(movers) => {
        if (!scope.previous) return <Empty>There is no comparison: choose one above.</Empty>
        if (obstacle !== null) return <Empty>Not comparable: {obstacle}.</Empty>
        const words = wordsOfMovers(movers, scope.currency)
        if (words.length === 0) return <Empty>Nothing has moved much.</Empty>
        return (
          <ol className="movers">
            {words.map(({ id, name, text }) => (
              <li key={id}>
                <Link href={address('/campaigns', { open: `campaign:${id}` })}>{name}</Link>: {text}
              </li>
            ))}
          </ol>
        )
      }}
    </Panel>
  )
}

const MOST_CAMPAIGNS = 8

function ByCampaign({ scope: { currency } }: { readonly scope: Scope }) {
  const query = usePanel('movers')
  return (
    <Panel
      title="Amount spent by campaign"
      query={query}
      className="half"
      table={(movers) =>
        toSheet(
          [
            { label: 'Campaign', show: ({ name }) => name },
            { label: 'Id', show: ({ id }) => id },
            measureColumn('spend', currency),
            measureColumn('purchases', currency),
            measureColumn('roas', currency),
          ],
          movers.filter((row) => Number(row.spend) > 0).map((row) => ({ ...row, roas: roasOf(row) })),
        )
      }
    >
      {(movers) => {
        const spending = movers.filter((row) => Number(row.spend) > 0)
        const total = spending.reduce((sum, row) => sum + Number(row.spend), 0)
        if (total === 0) return <Empty>No campaign has spent anything in this range.</Empty>
        const top = spending.slice(0, MOST_CAMPAIGNS)
        const rest = spending.slice(MOST_CAMPAIGNS)
        const most = Number(top[0]?.spend ?? 1)
        return (
          <table className="bar-table">
            <tbody>
              {top.map((row) => (
                <tr key={row.id}>
                  <th scope="row" title={row.name}>
                    {row.name}
                  </th>
                  <td className="bar-cell">
                    <span className="bar" style={{ width: `${(100 * Number(row.spend)) / most}%` }} />
                  </td>
                  <td className="number">{formatMeasure('spend', row.spend, { currency })}</td>
                  <td className="number muted">{formatShare(Number(row.spend) / total)}</td>
                  <td className="number muted">ROAS {formatMeasure('roas', roasOf(row), { currency })}</td>
                </tr>
              ))}
              {rest.length > 0 && (
                <tr>
                  <th scope="row">{rest.length} more</th>
                  <td />
                  <td className="number">
                    {formatMeasure(
                      'spend',
                      rest.reduce((sum, row) => sum + Number(row.spend), 0),
                      { currency },
                    )}
                  </td>
                  <td />
                  <td />
                </tr>
              )}
            </tbody>
          </table>
        )
      }}
    </Panel>
  )
}

function roasOf(row: { readonly spend: string; readonly purchase_value: string }): number | null {
  return Number(row.spend) === 0 ? null : Number(row.purchase_value) / Number(row.spend)
}
