import type { RunRow } from '../../src/dashboard/panels/health.ts'
import type { PanelQuery } from '../api.ts'
import { formatCount, formatMoment, NOTHING } from '../format.ts'
import { Panel } from './panel.tsx'
import { MARKS } from './run-marks.ts'
import { toSheet } from './sheet.ts'
import { Empty } from './states.tsx'

/** The last runs, with how long each took and how many calls it made. */
export function RunsPanel({ query }: { readonly query: PanelQuery<'runs'> }) {
  return (
    <Panel
      title="Runs"
      query={query}
      about="The bar is the time that a run took. Calls are those to the API."
      className="half"
      isOfRange={false}
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
