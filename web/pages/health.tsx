import { useState } from 'react'
import type { CheckRow, RunRow, SliceCalendar } from '../../src/dashboard/panels/health.ts'
import type { View } from '../../src/dashboard/scope.ts'
import { addDays, parseCalendarDate } from '../../src/model/calendar-date.ts'
import type { ReportName } from '../../src/model/report.ts'
import { type PanelQuery, usePanel, useScope, useSetting } from '../api.ts'
import { formatCount, formatDay, formatMoment, formatValue, NOTHING } from '../format.ts'
import { Panel } from '../parts/panel.tsx'
import { ReconciliationChart } from '../parts/reconciliation-chart.tsx'
import { toSheet } from '../parts/sheet.ts'
import { SliceCalendarView } from '../parts/slice-calendar.tsx'
import { SliceDrawer } from '../parts/slice-drawer.tsx'
import { Empty } from '../parts/states.tsx'
import { SyncBox } from '../parts/sync-box.tsx'

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
        <Runs query={runs} />
        <Checks query={checks} />
        <Reconciliation />
        <Rejects />
      </div>
      {chosen && <SliceDrawer {...chosen} canSync={setting.canSync} close={() => choose(null)} />}
    </>
  )
}

interface VerdictProps {
  readonly slices: SliceCalendar | undefined
  readonly runs: readonly RunRow[] | undefined
  readonly checks: readonly CheckRow[] | undefined
  readonly today: string
}

/** Whether the figures can be trusted, in a sentence, and what stands against it. */
function Verdict({ slices, runs, checks, today }: VerdictProps) {
  if (!slices || !runs || !checks) return <section className="panel half" aria-busy="true" />
  const problems = [...problemsOf(slices, today), ...problemsOfRuns(runs), ...problemsOfChecks(checks)]
  const yesterday = addDays(parseCalendarDate(today), -1)
  const complete =
    slices.reports.length > 0 &&
    slices.reports.every(({ days }) => {
      const day = days.find(({ date }) => date === yesterday)
      return day !== undefined && day.loaded > 0 && day.missing + day.failed === 0
    })
  return (
    <section className="panel half" aria-label="Verdict">
      <h2>
        <span aria-hidden="true">{problems.length === 0 ? '✓' : '●'}</span>{' '}
        {problems.length === 0
          ? 'Everything is as it should be'
          : `${problems.length} ${problems.length === 1 ? 'thing needs' : 'things need'} a look`}
      </h2>
      <p>
        Yesterday ({formatDay(yesterday)}) is {complete ? 'loaded in every report' : 'not complete yet'}.
        {runs[0] &&
          ` The last sync ${STATUS_WORDS[runs[0].status]}, ${formatMoment(runs[0].finished_at ?? runs[0].started_at)}.`}
      </p>
      {problems.length > 0 && (
        <ul>
          {problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
    </section>
  )
}

function problemsOf({ reports }: SliceCalendar, today: string): string[] {
  if (reports.length === 0) return ['Nothing is loaded of what is chosen: run fbads sync.']
  return reports.flatMap(({ report, days, failed: all }) => {
    const failed = days.filter((day) => day.failed > 0)
    const older = all - failed.reduce((sum, day) => sum + day.failed, 0)
    // Today’s figures have only begun, and are read by the next sync.
    const missing = days.filter((day) => day.missing > 0 && day.date < today)
    const [lastFailed, lastMissing] = [failed.at(-1), missing.at(-1)]
    return [
      ...(lastFailed
        ? [
            `${report}: ${failed.length} days failed, the last ${formatDay(lastFailed.date)}. A sync tries them again.`,
          ]
        : []),
      ...(older > 0
        ? [`${report}: ${older} slices before these three months failed. A sync tries them again.`]
        : []),
      ...(lastMissing
        ? [
            `${report}: ${missing.length} days are not loaded, the last ${formatDay(lastMissing.date)}. A sync loads them.`,
          ]
        : []),
    ]
  })
}

function problemsOfRuns([last]: readonly RunRow[]): string[] {
  if (last?.status === 'failed') return [`The last sync failed: ${last.error ?? 'it has left no reason'}`]
  return last?.status === 'partial'
    ? [`The last sync was partial: ${last.error ?? 'some slices failed'}`]
    : []
}

function problemsOfChecks(checks: readonly CheckRow[]): string[] {
  return checks
    .filter(({ status }) => status !== 'pass')
    .map(({ check_name, detail }) => `${words(check_name)}: ${detail}`)
}

function words(name: string): string {
  return name.replaceAll('_', ' ')
}

const STATUS_WORDS = {
  running: 'is running',
  succeeded: 'succeeded',
  partial: 'was partial',
  failed: 'failed',
} as const

function Runs({ query }: { readonly query: PanelQuery<'runs'> }) {
  return (
    <Panel
      title="Runs"
      query={query}
      about="The bar is the time that a run took. Calls are those to the API."
      className="half"
      table={(rows) =>
        toSheet<RunRow>(
          [
            { label: 'Run', show: ({ run_id }) => run_id },
            { label: 'Status', show: ({ status }) => status },
            {
              label: 'Started',
              show: ({ started_at }) => formatMoment(started_at),
              raw: ({ started_at }) => started_at,
            },
            { label: 'Seconds', isNumber: true, show: ({ seconds }) => seconds ?? NOTHING },
            { label: 'First day', show: ({ since }) => since ?? '' },
            { label: 'Last day', show: ({ until }) => until ?? '' },
            {
              label: 'API calls',
              isNumber: true,
              show: ({ api_calls }) => formatCount(api_calls),
              raw: ({ api_calls }) => api_calls,
            },
            { label: 'Error', show: ({ error }) => error ?? '' },
          ],
          rows,
        )
      }
    >
      {(rows) => {
        if (rows.length === 0) return <Empty>No sync has run yet.</Empty>
        const longest = Math.max(0.1, ...rows.map(({ seconds }) => Number(seconds ?? 0)))
        const mostCalls = Math.max(1, ...rows.map(({ api_calls }) => Number(api_calls)))
        return (
          <section className="table-scroll short" tabIndex={0} aria-label="The last runs">
            <table className="bar-table">
              <thead>
                <tr>
                  <th scope="col">Started</th>
                  <th scope="col">Status</th>
                  <th scope="col">Took</th>
                  <th scope="col">API calls</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.run_id} title={row.error ?? undefined}>
                    <th scope="row">{formatMoment(row.started_at)}</th>
                    <td>
                      {MARKS[row.status]} {row.status}
                    </td>
                    <td className="bar-cell has-words">
                      <span
                        className={`bar ${row.status}`}
                        style={{ width: `${(100 * Number(row.seconds ?? 0)) / longest}%` }}
                      />
                      {row.seconds === null ? 'running' : `${row.seconds} s`}
                    </td>
                    <td className="bar-cell has-words">
                      <span
                        className="bar second"
                        style={{ width: `${(100 * Number(row.api_calls)) / mostCalls}%` }}
                      />
                      {formatCount(row.api_calls)}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )
      }}
    </Panel>
  )
}

const MARKS = {
  running: '◔',
  succeeded: '✓',
  partial: '▲',
  failed: '✕',
  pass: '✓',
  warn: '▲',
  fail: '✕',
} as const

function Checks({ query }: { readonly query: PanelQuery<'checks'> }) {
  return (
    <Panel
      title="Checks"
      query={query}
      about="Of the last run that was checked; the squares are the runs before, the newest right."
      className="half"
      table={(rows) =>
        toSheet<CheckRow>(
          [
            { label: 'Check', show: ({ check_name }) => words(check_name) },
            { label: 'Status', show: ({ status }) => status },
            { label: 'Measured', show: ({ measured }) => measured ?? '' },
            { label: 'Allowed', show: ({ threshold }) => threshold ?? '' },
            { label: 'Detail', show: ({ detail }) => detail },
          ],
          rows,
        )
      }
    >
      {(rows) =>
        rows.length === 0 ? (
          <Empty>Nothing was checked yet.</Empty>
        ) : (
          <section className="table-scroll short" tabIndex={0} aria-label="Checks of the last run">
            <table>
              <thead>
                <tr>
                  <th scope="col">Check</th>
                  <th scope="col">Measured</th>
                  <th scope="col">Allowed</th>
                  <th scope="col">Runs</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr
                    key={row.check_name}
                    data-key={row.check_name}
                    data-status={row.status}
                    title={row.detail}
                  >
                    <th scope="row" className={row.status === 'pass' ? undefined : 'worse'}>
                      <span aria-hidden="true">{MARKS[row.status]}</span>
                      <span className="sr-only">{row.status}:</span> {words(row.check_name)}
                    </th>
                    <td>{row.measured ?? NOTHING}</td>
                    <td className="muted">{row.threshold ?? NOTHING}</td>
                    <td className="history">
                      {row.history.slice(-12).map(({ run_id, status }) => (
                        <span key={run_id} className={`square ${status}`} title={`Run ${run_id}: ${status}`}>
                          {status === 'pass' ? '■' : MARKS[status]}
                        </span>
                      ))}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )
      }
    </Panel>
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
