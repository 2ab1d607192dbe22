import { useQueries } from '@tanstack/react-query'
import { type UIEvent, useRef, useState } from 'react'
import { useSearch } from 'wouter'
import type { Answer } from '../../src/dashboard/answers.ts'
import { MEASURES, type Measure, type MeasureName } from '../../src/dashboard/measures.ts'
import type { ObjectLevel } from '../../src/dashboard/object-level.ts'
import {
  MOST_ROWS,
  type ObjectRow,
  type ObjectSummary,
  type Objects,
  WINDOW,
} from '../../src/dashboard/panels/objects.ts'
import { filterOf, request } from '../api.ts'
import { formatMeasure, formatValue, NOTHING } from '../format.ts'

/** Of a row, in pixels; the same as in the style sheet. */
const ROW = 37
/** Rows beyond what is seen, so that fast scrolling shows no holes. */
const MARGIN = 8

interface ObjectTableProps {
  readonly level: ObjectLevel
  readonly columns: readonly MeasureName[]
  /** What the table asks for beside the filter. */
  readonly params: Readonly<Record<string, string>>
  /** The first window. */
  readonly first: readonly ObjectRow[]
  readonly all: ObjectSummary
  readonly currency: string | null
  readonly sort: string
  readonly setSort: (sort: string) => void
  readonly open: (row: ObjectRow) => void
  readonly enter: ((row: ObjectRow) => void) | null
}

/** Any number of rows: only those that are seen are in the page, and the server sorts. */
export function ObjectTable(props: ObjectTableProps) {
  const { level, columns, all, currency, sort, setSort, open, enter } = props
  const box = useRef<HTMLElement>(null)
  const count = Math.min(all.count, MOST_ROWS)
  const [top, setTop] = useState(0)
  const height = Math.min(640, ROW * (Math.max(1, count) + 2) + 2)
  const from = Math.min(count, Math.max(0, Math.floor(top / ROW) - MARGIN))
  const to = Math.min(count, Math.ceil((top + height) / ROW) + MARGIN)
  const { rowAt, trouble, retry } = useWindows(props, from, to)
  const hasBudget = level !== 'ad'
  const onScroll = (event: UIEvent<HTMLElement>) => setTop(event.currentTarget.scrollTop)
  const sortBy = (name: string, isText = false) => {
    const falling = `-${name}`
    if (isText) return setSort(sort === name ? falling : name)
    setSort(sort === falling ? name : falling)
  }
  const header = (name: string, label: string, className?: string, meaning?: string) => {
    const isUp = sort === name
    const isDown = sort === `-${name}`
    return (
      <th
        key={name}
        scope="col"
        className={className}
        aria-sort={isUp ? 'ascending' : isDown ? 'descending' : 'none'}
      >
        <button type="button" title={meaning} onClick={() => sortBy(name, className !== 'number')}>
          {label}
          <span aria-hidden="true">{isUp ? ' ▲' : isDown ? ' ▼' : ''}</span>
        </button>
      </th>
    )
  }
  const rows = Array.from({ length: Math.max(0, to - from) }, (_, i) => ({
    index: from + i,
    row: rowAt(from + i),
  }))
  return (
    <>
      {count < all.count && (
        <p className="about">
          The first {count.toLocaleString()} of {all.count.toLocaleString()}: search, sort or filter to see
          others. The totals are of all.
        </p>
      )}
      {trouble && (
        <p className="trouble" role="alert">
          Some rows could not be read: {trouble}
          <button type="button" onClick={retry}>
            Try again
          </button>
        </p>
      )}
      <section
        className="object-table"
        ref={box}
        style={{ height }}
        onScroll={onScroll}
        tabIndex={0}
        aria-label={`${LABELS[level]} and their figures`}
      >
        <table aria-rowcount={count + 2}>
          <thead>
            <tr aria-rowindex={1}>
              {header('name', LABELS[level])}
              {header('effective_status', 'Delivery', 'optional')}
              {level !== 'campaign' && (
                <th scope="col" className="optional">
                  Campaign
                </th>
              )}
              {hasBudget && (
                <th scope="col" className="number optional">
                  Budget
                </th>
              )}
              {columns.map((name) => {
                const { label, meaning }: Measure = MEASURES[name]
                return header(name, label, 'number', meaning)
              })}
            </tr>
          </thead>
          <tbody>
            {from > 0 && <Spacer rows={from} />}
            {rows.map(({ index, row }) =>
              row === undefined ? (
                <tr key={index} aria-rowindex={index + 2}>
                  <td colSpan={99}>…</td>
                </tr>
              ) : (
                <tr key={row.id} aria-rowindex={index + 2} data-id={row.id}>
                  <th scope="row">
                    <span className="name">
                      <button
                        type="button"
                        className="link"
                        title={`${row.name}, ${row.id}`}
                        onClick={() => open(row)}
                      >
                        {row.name}
                      </button>
                      {enter && (
                        <button
                          type="button"
                          className="quiet"
                          aria-label={`${CHILDREN[level]} of ${row.name}`}
                          title={CHILDREN[level]}
                          onClick={() => enter(row)}
                        >
                          ›
                        </button>
                      )}
                    </span>
                  </th>
                  <td className="optional">
                    <Status of={row.effective_status} />
                  </td>
                  {level !== 'campaign' && (
                    <td className="optional campaign" title={row.campaign_name ?? undefined}>
                      {row.campaign_name ?? NOTHING}
                    </td>
                  )}
                  {hasBudget && <td className="number optional">{budgetOf(row, currency)}</td>}
                  {columns.map((name) => (
                    <td key={name} className="number" data-measure={name}>
                      {formatMeasure(name, row[name], { currency })}
                    </td>
                  ))}
                </tr>
              ),
            )}
            {to < count && <Spacer rows={count - to} />}
          </tbody>
          <tfoot>
            <tr aria-rowindex={count + 2}>
              <th scope="row">
                Total of {all.count.toLocaleString()}{' '}
                {all.count === 1 ? ONE[level] : LABELS[level].toLowerCase()}
              </th>
              <td className="optional">{all.active.toLocaleString()} active</td>
              {level !== 'campaign' && <td className="optional" />}
              {hasBudget && <td className="optional" />}
              {columns.map((name) => (
                <td key={name} className="number" data-measure={name} title={captionOf(name)}>
                  {formatMeasure(name, all.totals[name], { currency })}
                </td>
              ))}
            </tr>
          </tfoot>
        </table>
      </section>
    </>
  )
}

export const LABELS: Readonly<Record<ObjectLevel, string>> = {
  campaign: 'Campaigns',
  adset: 'Ad sets',
  ad: 'Ads',
}
const ONE: Readonly<Record<ObjectLevel, string>> = { campaign: 'campaign', adset: 'ad set', ad: 'ad' }
const CHILDREN: Readonly<Record<ObjectLevel, string>> = { campaign: 'Ad sets', adset: 'Ads', ad: '' }

function captionOf(name: MeasureName): string {
  const { per, label }: Measure = MEASURES[name]
  return per === undefined ? 'The sum of all rows' : `${label} of all rows together, from their sums`
}

function Spacer({ rows }: { readonly rows: number }) {
  return (
    <tr className="spacer" style={{ height: rows * ROW }}>
      <td colSpan={99} />
    </tr>
  )
}

const STATUS_WORDS: Readonly<Record<string, string>> = {
  ACTIVE: 'Active',
  PAUSED: 'Paused',
  CAMPAIGN_PAUSED: 'Campaign paused',
  ADSET_PAUSED: 'Ad set paused',
  DELETED: 'Deleted',
  ARCHIVED: 'Archived',
  IN_PROCESS: 'In process',
  WITH_ISSUES: 'With issues',
  PENDING_REVIEW: 'In review',
  DISAPPROVED: 'Rejected',
  UNKNOWN: 'Unknown',
}

export function Status({ of }: { readonly of: string | null }) {
  const status = of ?? 'UNKNOWN'
  return (
    <span className="status">
      <span aria-hidden="true">{status === 'ACTIVE' ? '●' : '○'}</span> {STATUS_WORDS[status] ?? status}
    </span>
  )
}

export function budgetOf(
  row: { readonly daily_budget?: string | null; readonly lifetime_budget?: string | null },
  currency: string | null,
): string {
  const { daily_budget: daily, lifetime_budget: lifetime } = row
  if (daily) return `${formatValue('money', daily, { currency })} daily`
  if (lifetime) return `${formatValue('money', lifetime, { currency })} in all`
  return NOTHING
}

/** The rows from `from` to `to`, of the windows that they lie in; those that are not there yet are undefined. */
function useWindows(
  { params, first }: ObjectTableProps,
  from: number,
  to: number,
): {
  readonly rowAt: (index: number) => ObjectRow | undefined
  readonly trouble: string | null
  readonly retry: () => void
} {
  const filter = filterOf(useSearch())
  const query = new URLSearchParams(params).toString()
  const firstWindow = Math.floor(from / WINDOW)
  const lastWindow = Math.max(firstWindow, Math.floor(Math.max(0, to - 1) / WINDOW))
  const windows = Array.from({ length: lastWindow - firstWindow + 1 }, (_, i) => firstWindow + i)
  const answers = useQueries({
    queries: windows.map((window) => ({
      queryKey: ['panel', 'objects', filter, `${query}&offset=${window * WINDOW}`],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        request<Answer<Objects>>(
          `/api/panel/objects?${[filter, query].filter(Boolean).join('&')}&offset=${window * WINDOW}`,
          {
            signal,
          },
        ),
      enabled: window > 0,
    })),
  })
  const failed = answers.filter(({ isError }) => isError)
  return {
    rowAt(index) {
      const window = Math.floor(index / WINDOW)
      if (window === 0) return first[index]
      const answer = answers[window - firstWindow]
      return answer?.data?.data.rows[index % WINDOW]
    },
    trouble: failed[0]?.error?.message ?? null,
    retry() {
      for (const { refetch } of failed) refetch()
    },
  }
}
