import { useState } from 'react'
import type { ReportName } from '../../src/model/report.ts'
import { usePanel } from '../api.ts'
import { formatCount, formatDay, formatMoment, NOTHING } from '../format.ts'
import { Drawer } from './drawer.tsx'
import { Panel } from './panel.tsx'
import { startSync } from './sync-box.tsx'

interface SliceDrawerProps {
  readonly report: ReportName
  readonly date: string
  readonly canSync: boolean
  readonly close: () => void
}

/** What is known of one report of one day, account by account. */
export function SliceDrawer({ report, date, canSync, close }: SliceDrawerProps) {
  const query = usePanel('slice-day', { report, date })
  const [said, setSaid] = useState('')
  return (
    <Drawer title={`${report}, ${formatDay(date)}`} close={close}>
      <div>
        {canSync ? (
          <button
            type="button"
            onClick={() =>
              startSync({ since: date, until: date }).then(
                () => setSaid('It is being loaded again.'),
                (error: Error) => setSaid(error.message),
              )
            }
          >
            Load this day again
          </button>
        ) : (
          <p className="muted">
            To load it again:{' '}
            <code>
              fbads sync --since {date} --until {date} --report {report}
            </code>
          </p>
        )}{' '}
        <span role="status">{said}</span>
      </div>
      <Panel title="Accounts" query={query}>
        {(rows) => (
          <section className="table-scroll" tabIndex={0} aria-label="Its accounts">
            <table>
              <thead>
                <tr>
                  <th scope="col">Account</th>
                  <th scope="col">State</th>
                  <th scope="col" className="number">
                    Records
                  </th>
                  <th scope="col">Last tried</th>
                  <th scope="col" className="number">
                    Tries
                  </th>
                  <th scope="col" className="number">
                    Run
                  </th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.account_id}>
                    <th scope="row">
                      {row.name} <small>act_{row.account_id}</small>
                    </th>
                    <td>
                      {row.status}
                      {row.error && <small> {row.error}</small>}
                    </td>
                    <td className="number">
                      {row.row_count === null ? NOTHING : formatCount(row.row_count)}
                    </td>
                    <td>{formatMoment(row.attempted_at)}</td>
                    <td className="number">{row.attempts ?? NOTHING}</td>
                    <td className="number">{row.run_id ?? NOTHING}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )}
      </Panel>
    </Drawer>
  )
}
