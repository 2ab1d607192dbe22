import { Link } from 'wouter'
import { drawSpark } from '../../src/charts/spark.ts'
import { CSS_THEME } from '../../src/charts/theme.ts'
import { type DayMeasure, titleOf, valuesByDay } from '../../src/dashboard/by-day.ts'
import { MEASURES } from '../../src/dashboard/measures.ts'
import { wordsOfMovers } from '../../src/dashboard/mover-words.ts'
import type { Change as ChangeRow } from '../../src/dashboard/panels/changes.ts'
import { OVERVIEW_MEASURES } from '../../src/dashboard/panels/figures-by-day.ts'
import type { Overview } from '../../src/dashboard/panels/overview.ts'
import type { View } from '../../src/dashboard/scope.ts'
import { usePageAddress, useParams } from '../address.ts'
import { usePanel } from '../api.ts'
import { formatDay, formatMeasure, formatShare, formats } from '../format.ts'
import { measureNotes } from '../parts/address-notes.ts'
import { Change } from '../parts/change.tsx'
import { FiguresChart } from '../parts/figures-chart.tsx'
import { AddressNotes } from '../parts/notes.tsx'
import { Panel } from '../parts/panel.tsx'
import { measureColumn, toSheet } from '../parts/sheet.ts'
import { Empty } from '../parts/states.tsx'
import { Svg } from '../parts/svg.tsx'

const CARDS: readonly DayMeasure[] = OVERVIEW_MEASURES.filter((name) => name !== 'purchase_value')

export default function OverviewPage() {
  const overview = usePanel('overview')
  const [params, change] = useParams()
  const metric = CARDS.find((name) => name === params.get('m')) ?? 'spend'
  return (
    <>
      <h1 className="sr-only">Overview</h1>
      <AddressNotes notes={measureNotes(params, CARDS)} />
      <Cards
        view={overview.data?.view ?? null}
        isStale={overview.isPlaceholderData}
        data={overview.data?.data ?? null}
        metric={metric}
        choose={(name) => change({ m: name === 'spend' ? null : name }, { replace: true })}
      />
      <div className="grid">
        <ByDay query={overview} metric={metric} />
        <WhatMoved />
        <ByCampaign />
      </div>
    </>
  )
}

interface CardsProps {
  /** What the data are of. */
  readonly view: View | null
  readonly isStale: boolean
  readonly data: Overview | null
  readonly metric: DayMeasure
  readonly choose: (name: DayMeasure) => void
}

function Cards({ view, isStale, data, metric, choose }: CardsProps) {
  const currency = view?.currency ?? null
  const obstacle = view?.obstacle ?? null
  return (
    <section className={isStale ? 'cards stale' : 'cards'} aria-label="Figures of the whole range">
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
              {data && view && <Svg of={drawSpark(valuesByDay(view, data.current.days, name), CSS_THEME)} />}
            </span>
          </button>
        )
      })}
    </section>
  )
}

interface ByDayProps {
  readonly query: ReturnType<typeof usePanel<'overview'>>
  readonly metric: DayMeasure
}

function ByDay({ query, metric }: ByDayProps) {
  const changes = usePanel('changes').data?.data ?? NO_CHANGES
  return (
    <Panel
      title={titleOf(metric)}
      query={query}
      table={({ current }, { currency }) =>
        toSheet(
          [
            { label: 'Day', show: (row) => formatDay(row.date), raw: (row) => row.date },
            ...OVERVIEW_MEASURES.map((name) => measureColumn(name, currency)),
          ],
          current.days,
        )
      }
    >
      {(data, view) => <FiguresChart view={view} {...data} metric={metric} changes={changes} />}
    </Panel>
  )
}

const NO_CHANGES: readonly ChangeRow[] = []

function WhatMoved() {
  const query = usePanel('movers')
  const address = usePageAddress()
  return (
    <Panel title="What moved most" query={query} className="half">
      {({ rows }, { previous, obstacle, currency }) => {
        if (!previous) return <Empty>There is no comparison: choose one above.</Empty>
        if (obstacle !== null) return <Empty>Not comparable: {obstacle}.</Empty>
        const words = wordsOfMovers(rows, currency, formats)
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

function ByCampaign() {
  const query = usePanel('movers')
  return (
    <Panel
      title="Amount spent by campaign"
      query={query}
      className="half"
      table={({ rows }, { currency }) =>
        toSheet(
          [
            { label: 'Campaign', show: ({ name }) => name },
            { label: 'Id', show: ({ id }) => id },
            measureColumn('spend', currency),
            measureColumn('purchases', currency),
            measureColumn('roas', currency),
          ],
          rows.filter((row) => Number(row.spend) > 0).map((row) => ({ ...row, roas: roasOf(row) })),
        )
      }
    >
      {({ rows, spend, spending }, { currency }) => {
        const total = Number(spend)
        if (total === 0) return <Empty>No campaign has spent anything in this range.</Empty>
        const top = rows.filter((row) => Number(row.spend) > 0).slice(0, MOST_CAMPAIGNS)
        const rest = spending - top.length
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
                  <td className="number muted optional">{formatShare(Number(row.spend) / total)}</td>
                  <td className="number muted nowrap optional">
                    ROAS {formatMeasure('roas', roasOf(row), { currency })}
                  </td>
                </tr>
              ))}
              {rest > 0 && (
                <tr>
                  <th scope="row">{rest} more</th>
                  <td className="bar-cell" />
                  <td className="number">
                    {formatMeasure('spend', total - top.reduce((sum, row) => sum + Number(row.spend), 0), {
                      currency,
                    })}
                  </td>
                  <td className="optional" />
                  <td className="optional" />
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
