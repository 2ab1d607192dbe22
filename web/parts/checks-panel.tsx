import type { CheckRow } from '../../src/dashboard/panels/checks.ts'
import type { PanelQuery } from '../api.ts'
import { NOTHING } from '../format.ts'
import { words } from './check-words.ts'
import { Panel } from './panel.tsx'
import { MARKS } from './run-marks.ts'
import { toSheet } from './sheet.ts'
import { Empty } from './states.tsx'

/** The checks of the last run that was checked, each with what it was before. */
export function ChecksPanel({ query }: { readonly query: PanelQuery<'checks'> }) {
  return (
    <Panel
      title="Checks"
      query={query}
      about="Of the last run that was checked, and of the one before it where that looked at more days; the squares are the runs, the newest right."
      className="half"
      isOfRange={false}
      table={(rows) =>
        toSheet<CheckRow>(
          [
            { label: 'Check', show: ({ check_name }) => words(check_name) },
            { label: 'Status', show: ({ status }) => status },
            { label: 'Measured', show: ({ measured }) => measured ?? '' },
            { label: 'Allowed', show: ({ threshold }) => threshold ?? '' },
            { label: 'Detail', show: ({ detail }) => detail },
            { label: 'Run', show: ({ run_id }) => run_id },
            { label: 'First day', show: ({ since }) => since ?? '' },
            { label: 'Last day', show: ({ until }) => until ?? '' },
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
                    title={`Run ${row.run_id}: ${row.detail}`}
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
