import { useState } from 'react'
import type { ActionRow } from '../../src/dashboard/panels/conversions.ts'
import { usePanel } from '../api.ts'
import { formatValue, NOTHING } from '../format.ts'
import { Panel } from './panel.tsx'
import { toSheet } from './sheet.ts'
import { Empty } from './states.tsx'

function money(value: string, currency: string | null): string {
  return Number(value) === 0 ? NOTHING : formatValue('money', value, { currency })
}

/** Categories whose names are aliases of one event, with the name that stands for it: the usual one, or the largest. */
function leadersOf(rows: readonly ActionRow[]): Map<string, string> {
  const leaders = new Map<string, string>()
  // The server puts the usual name first, then the largest count.
  for (const { category, action_type: name } of rows)
    if (ALIASED.includes(category) && !leaders.has(category)) leaders.set(category, name)
  return leaders
}

/** Categories of which the API reports one event under several names. */
const ALIASED: readonly string[] = [
  'purchase',
  'lead',
  'add_to_cart',
  'initiate_checkout',
  'landing_page_view',
  'view_content',
]

/** Every action type with its attribution windows, one name of each event at first. */
export function ActionsPanel() {
  const query = usePanel('actions')
  const [areAllShown, showAll] = useState(false)
  return (
    <Panel
      title="Action types and attribution windows"
      query={query}
      about="One event bears several names (aliases), of which one counts. 7-day click contains 1-day click: do not add windows up."
      tools={
        <label className="check">
          <input type="checkbox" checked={areAllShown} onChange={(event) => showAll(event.target.checked)} />
          also aliases
        </label>
      }
      table={(rows, { currency }) =>
        toSheet<ActionRow>(
          [
            { label: 'Category', show: ({ category }) => category },
            { label: 'Action type', show: ({ action_type }) => action_type },
            { label: 'Counts', show: ({ is_canonical }) => (is_canonical ? 'yes' : 'alias') },
            {
              label: 'Count',
              isNumber: true,
              show: (row) => count(Number(row.count)),
              raw: (row) => row.count,
            },
            {
              label: 'Value',
              isNumber: true,
              show: (row) => money(row.value, currency),
              raw: (row) => row.value,
            },
            {
              label: '1-day click',
              isNumber: true,
              show: (row) => count(Number(row.count_1d_click)),
              raw: (row) => row.count_1d_click,
            },
            {
              label: '7-day click',
              isNumber: true,
              show: (row) => count(Number(row.count_7d_click)),
              raw: (row) => row.count_7d_click,
            },
            {
              label: '1-day view',
              isNumber: true,
              show: (row) => count(Number(row.count_1d_view)),
              raw: (row) => row.count_1d_view,
            },
          ],
          rows,
        )
      }
    >
      {(rows, { currency }) => {
        const leaders = leadersOf(rows)
        const isAlias = (row: ActionRow) =>
          leaders.has(row.category) && leaders.get(row.category) !== row.action_type
        const shown = rows.filter((row) => areAllShown || !isAlias(row))
        if (rows.length === 0) return <Empty>No action was counted in this range.</Empty>
        return (
          <section className="table-scroll" tabIndex={0} aria-label="Action types and their counts">
            <table>
              <thead>
                <tr>
                  {[
                    'Category',
                    'Action type',
                    'Count',
                    'Value',
                    '1-day click',
                    '7-day click',
                    '1-day view',
                  ].map((label, i) => (
                    <th key={label} scope="col" className={i > 1 ? 'number' : undefined}>
                      {label}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {shown.map((row) => (
                  <tr
                    key={row.action_type}
                    data-key={row.action_type}
                    className={isAlias(row) ? 'alias' : undefined}
                  >
                    <td>{isAlias(row) ? '' : row.category.replaceAll('_', ' ')}</td>
                    <td>
                      {row.action_type}
                      {isAlias(row) && <small> same event, not added</small>}
                    </td>
                    <td className="number">{count(Number(row.count))}</td>
                    <td className="number">{money(row.value, currency)}</td>
                    <td className="number">{count(Number(row.count_1d_click))}</td>
                    <td className="number">{count(Number(row.count_7d_click))}</td>
                    <td className="number">{count(Number(row.count_1d_view))}</td>
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

function count(value: number): string {
  return formatValue('count', value, { currency: null })
}
