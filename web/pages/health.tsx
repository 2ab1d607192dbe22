import { useState } from 'react'
import type { SliceCalendar } from '../../src/dashboard/panels/health.ts'
import type { View } from '../../src/dashboard/scope.ts'
import { addDays, daysBetween, earlierOf } from '../../src/model/calendar-date.ts'
import type { ReportName } from '../../src/model/report.ts'
import { useParams } from '../address.ts'
import { usePanel, useScope, useSetting } from '../api.ts'
import { formatCount, formatDay, formatDays, formatMoment, formatValue } from '../format.ts'
import { ChecksPanel } from '../parts/checks-panel.tsx'
import { Panel } from '../parts/panel.tsx'
import { ReconciliationChart } from '../parts/reconciliation-chart.tsx'
import { RunsPanel } from '../parts/runs-panel.tsx'
import { toSheet } from '../parts/sheet.ts'
import { SliceCalendarView } from '../parts/slice-calendar.tsx'
import { SliceDrawer } from '../parts/slice-drawer.tsx'
import { Empty } from '../parts/states.tsx'
import { SyncBox } from '../parts/sync-box.tsx'
import { UsagePanel } from '../parts/usage-panel.tsx'
import { Verdict } from '../parts/verdict.tsx'

export default function HealthPage() {
  const setting = useSetting().data
  const scope = useScope().data?.data
  const [params] = useParams()
  const slices = usePanel('slices')
  const until = params.get('calendar')
  const calendar = usePanel('slices', until ? { calendar: until } : {})
  const runs = usePanel('runs')
  const checks = usePanel('checks')
  const [chosen, choose] = useState<{ report: ReportName; date: string } | null>(null)
  if (!scope || !setting) return <div className="waiting" aria-busy="true" />
  return (
    <>
      <h1 className="sr-only">Data health</h1>
      <div className="grid">
        <Verdict
          slices={slices.data?.data}
          runs={runs.data?.data}
          checks={checks.data?.data}
          today={slices.data?.data.until ?? scope.today}
        />
        <SyncBox setting={setting} />
        <Panel
          title="Slices: a report of a day"
          about="Of all accounts that are chosen, whatever their currency and the days above."
          query={calendar}
          isOfRange={false}
          tools={calendar.data && <Weeks calendar={calendar.data.data} />}
          table={({ reports }) =>
            toSheet(
              [
                { label: 'Report', show: ({ report }) => report },
                { label: 'Day', show: ({ date }) => formatDay(date), raw: ({ date }) => date },
                { label: 'Loaded', isNumber: true, show: ({ loaded }) => String(loaded) },
                { label: 'Missing', isNumber: true, show: ({ missing }) => String(missing) },
                { label: 'Failed', isNumber: true, show: ({ failed }) => String(failed) },
                { label: 'Archived', isNumber: true, show: ({ archived }) => String(archived) },
                {
                  label: 'Rows',
                  isNumber: true,
                  show: ({ rows }) => formatCount(rows),
                  raw: ({ rows }) => rows,
                },
              ],
              reports.flatMap(({ report, days }) => days.map((day) => ({ report, ...day }))),
            )
          }
        >
          {(shown) =>
            shown.reports.length === 0 ? (
              <Empty>
                Nothing was asked for yet. Run <code>fbads sync</code>.
              </Empty>
            ) : (
              <SliceCalendarView calendar={shown} choose={(report, date) => choose({ report, date })} />
            )
          }
        </Panel>
        <RunsPanel query={runs} />
        <UsagePanel />
        <ChecksPanel query={checks} />
        <Reconciliation />
        <Rejects />
      </div>
      {chosen && <SliceDrawer {...chosen} canSync={setting.canSync} close={() => choose(null)} />}
    </>
  )
}

/** Leads to other weeks of the calendar. */
function Weeks({ calendar: { since, until, first, newest } }: { readonly calendar: SliceCalendar }) {
  const [, change] = useParams()
  const days = daysBetween(since, until) + 1
  const later = earlierOf(addDays(until, days), newest)
  return (
    <div className="tools">
      <span className="muted">{formatDays(since, until)}</span>
      <button
        type="button"
        aria-label="Earlier weeks"
        disabled={first === null || since <= first}
        onClick={() => change({ calendar: addDays(since, -1) })}
      >
        ‹
      </button>
      <button
        type="button"
        aria-label="Later weeks"
        disabled={until >= newest}
        onClick={() => change({ calendar: later === newest ? null : later })}
      >
        ›
      </button>
    </div>
  )
}

function Reconciliation() {
  const query = usePanel('reconciliation')
  const money = (value: string, { currency }: View) => formatValue('money', value, { currency })
  return (
    <Panel
      title="Amount spent: ours minus Meta’s"
      about="Of the accounts in the currency and on the days that are chosen above."
      query={query}
      className="half"
      table={(rows, view) =>
        toSheet(
          [
            { label: 'Day', show: ({ date }) => formatDay(date), raw: ({ date }) => date },
            {
              label: 'Sum of ads',
              isNumber: true,
              unit: view.currency,
              show: ({ ours }) => money(ours, view),
              raw: ({ ours }) => ours,
            },
            {
              label: 'Meta’s total',
              isNumber: true,
              unit: view.currency,
              show: ({ theirs }) => money(theirs, view),
              raw: ({ theirs }) => theirs,
            },
            {
              label: 'Gap',
              isNumber: true,
              unit: view.currency,
              show: ({ gap }) => money(gap, view),
              raw: ({ gap }) => gap,
            },
          ],
          rows,
        )
      }
    >
      {(days, { currency }) =>
        days.length === 0 ? (
          <Empty>No day of this range has Meta’s own total beside it.</Empty>
        ) : (
          <ReconciliationChart days={days} currency={currency} />
        )
      }
    </Panel>
  )
}

function Rejects() {
  const query = usePanel('rejects')
  return (
    <Panel title="Rejected records" query={query}>
      {(rows) =>
        rows.length === 0 ? (
          <Empty>Every record that came could be understood.</Empty>
        ) : (
          <ul className="rejects">
            {rows.map((row) => (
              <li key={`${row.report} ${row.reason}`}>
                <strong>
                  {formatCount(row.source_rows)} × {row.report}: {row.reason}
                </strong>{' '}
                <span className="muted">last {formatMoment(row.newest)}</span>
                <details>
                  <summary>Newest record</summary>
                  <pre tabIndex={0}>{JSON.stringify(row.example, null, 2)}</pre>
                </details>
              </li>
            ))}
          </ul>
        )
      }
    </Panel>
  )
}
