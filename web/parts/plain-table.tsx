import type { Sheet } from './sheet.ts'

interface PlainTableProps {
  readonly caption: string
  readonly sheet: Sheet
}

/** The figures of a chart as a table. */
export function PlainTable({ caption, sheet: { columns, rows } }: PlainTableProps) {
  return (
    <section className="table-scroll" tabIndex={0} aria-label={`${caption}, as a table`}>
      <table>
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ label, isNumber }) => (
              <th key={label} scope="col" className={isNumber ? 'number' : undefined}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of a chart have no name of their own
            <tr key={i}>
              {row.map(({ shown }, j) => (
                <td key={columns[j]?.label} className={columns[j]?.isNumber ? 'number' : undefined}>
                  {shown}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
