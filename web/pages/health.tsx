import { useState } from 'react'
import type { View } from '../../src/dashboard/scope.ts'
import type { ReportName } from '../../src/model/report.ts'
import { usePanel, useScope, useSetting } from '../api.ts'
import { formatCount, formatDay, formatMoment, formatValue } from '../format.ts'
import { ChecksPanel } from '../parts/checks-panel.tsx'
import { Panel } from '../parts/panel.tsx'
import { ReconciliationChart } from '../parts/reconciliation-chart.tsx'
import { RunsPanel } from '../parts/runs-panel.tsx'
import { toSheet } from '../parts/sheet.ts'
import { SliceCalendarView } from '../parts/slice-calendar.tsx'
import { SliceDrawer } from '../parts/slice-drawer.tsx'
import { Empty } from '../parts/states.tsx'
import { SyncBox } from '../parts/sync-box.tsx'
import { Verdict } from '../parts/verdict.tsx'

export default function HealthPage() {
  const setting = useSetting().data
  const scope = useScope().data?.data
  const slices = usePanel('slices')
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
          query={slices}
          table={(calendar) =>
            toSheet(
              [
                { label: 'Report', show: ({ report }) => report },
                { label: 'Day', show: ({ date }) => formatDay(date), raw: ({ date }) => date },
                { label: 'Loaded', isNumber: true, show: ({ loaded }) => String(loaded) },
                { label: 'Missing', isNumber: true, show: ({ missing }) => String(missing) },
                { label: 'Failed', isNumber: true, show: ({ failed }) => String(failed) },
                {
                  label: 'Rows',
                  isNumber: true,
                  show: ({ rows }) => formatCount(rows),
                  raw: ({ rows }) => rows,
                },
              ],
              calendar.reports.flatMap(({ report, days }) => days.map((day) => ({ report, ...day }))),
            )
          }
        >
          {(calendar) =>
            calendar.reports.length === 0 ? (
              <Empty>
                Nothing was asked for yet. Run <code>fbads sync</code>.
              </Empty>
            ) : (
              <SliceCalendarView calendar={calendar} choose={(report, date) => choose({ report, date })} />
            )
          }
        </Panel>
        <RunsPanel query={runs} />
        <ChecksPanel query={checks} />
        <Reconciliation />
        <Rejects />
      </div>
      {chosen && <SliceDrawer {...chosen} canSync={setting.canSync} close={() => choose(null)} />}
    </>
  )
}

function Reconciliation() {
  const query = usePanel('reconciliation')
  const money = (value: string, { currency }: View) => formatValue('money', value, { currency })
  return (
    <Panel
      title="Amount spent: ours minus Meta’s"
      query={query}
      className="half"
      table={(rows, view) =>
        toSheet(
          [
            { label: 'Day', show: ({ date }) => formatDay(date), raw: ({ date }) => date },
            {
              label: 'Sum of ads',
              isNumber: true,
              show: ({ ours }) => money(ours, view),
              raw: ({ ours }) => ours,
            },
            {
              label: 'Meta’s total',
              isNumber: true,
              show: ({ theirs }) => money(theirs, view),
              raw: ({ theirs }) => theirs,
            },
            { label: 'Gap', isNumber: true, show: ({ gap }) => money(gap, view), raw: ({ gap }) => gap },
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
    <Panel title="Rejected records" query={query} className="half">
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
