import { useState } from 'react'
import type { Column } from './sheet.ts'

export interface SortColumn<Row> extends Column<Row> {
  readonly key: string
  readonly meaning?: string
  /** A figure of few events, which chance moves much. */
  readonly isFew?: (row: Row) => boolean
}

interface SortTableProps<Row> {
  readonly caption: string
  readonly columns: readonly SortColumn<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  /** Key of the column that orders it at first, the largest first. */
  readonly sortBy: string
}

/** A table of some hundred rows that is sorted by a click on a head. */
export function SortTable<Row>({ caption, columns, rows, keyOf, sortBy }: SortTableProps<Row>) {
  const [chosen, choose] = useState<{ key: string; isFalling: boolean } | null>(null)
  const { key, isFalling } = chosen ?? { key: sortBy, isFalling: true }
  const column = columns.find((one) => one.key === key)
  const sorted = column ? [...rows].sort((a, b) => compare(column, a, b, isFalling)) : rows
  return (
    <section className="table-scroll" tabIndex={0} aria-label={`${caption}, to be sorted`}>
      <table>
        <thead>
          <tr>
            {columns.map((one) => {
              const isChosen = one.key === key
              return (
                <th
                  key={one.key}
                  scope="col"
                  className={one.isNumber ? 'number' : undefined}
                  aria-sort={isChosen ? (isFalling ? 'descending' : 'ascending') : 'none'}
                >
                  <button
                    type="button"
                    className="head"
                    title={one.meaning}
                    onClick={() =>
                      choose({ key: one.key, isFalling: isChosen ? !isFalling : one.isNumber === true })
                    }
                  >
                    {one.label}
                    <span aria-hidden="true">{isChosen ? (isFalling ? ' ▼' : ' ▲') : ''}</span>
                  </button>
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>
          {sorted.map((row) => (
            <tr key={keyOf(row)} data-key={keyOf(row)}>
              {columns.map((one) => (
                <td
                  key={one.key}
                  data-column={one.key}
                  className={`${one.isNumber ? 'number' : ''} ${one.isFew?.(row) ? 'few' : ''}`}
                  title={one.isFew?.(row) ? 'Few purchases: chance moves this much' : undefined}
                >
                  {one.show(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** Nothing comes last, whichever way it is sorted. */
function compare<Row>({ raw, show, isNumber }: SortColumn<Row>, a: Row, b: Row, isFalling: boolean): number {
  const [left, right] = [a, b].map((row) => (raw ? raw(row) : show(row)))
  if (left === null || left === undefined) return right === null || right === undefined ? 0 : 1
  if (right === null || right === undefined) return -1
  const order = isNumber ? Number(left) - Number(right) : String(left).localeCompare(String(right))
  return isFalling ? -order : order
}
