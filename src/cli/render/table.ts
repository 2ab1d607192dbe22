import { columnsOf, toCell } from './cells.ts'

/** Rows under their columns, as wide as they need; numbers to the right; the count of rows below. */
export function table(columns: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const cells = rows.map((row) => row.map(toCell))
  const widths = columns.map((column, i) =>
    Math.max(columnsOf(column), ...cells.map((row) => columnsOf(row[i] ?? ''))),
  )
  const isNumeric = columns.map(
    (_, i) => rows.length > 0 && rows.every((row) => row[i] === null || isNumber(row[i])),
  )
  const line = (values: readonly string[]) =>
    values
      .map((value, i) => {
        const fill = ' '.repeat(Math.max(0, (widths[i] ?? 0) - columnsOf(value)))
        return isNumeric[i] ? fill + value : value + fill
      })
      .join('  ')
      .trimEnd()
  const rule = widths.map((columnWidth) => '─'.repeat(columnWidth)).join('  ')
  return [
    line(columns),
    rule,
    ...cells.map(line),
    `(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})`,
  ].join('\n')
}

/** The same, without so many of the `expendable` columns, the first of them first, as it takes to fit into a terminal. */
export function tableWithin(
  width: number | null,
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
  expendable: readonly string[],
): string {
  const text = table(columns, rows)
  const [least, ...others] = expendable
  const fits = width === null || text.split('\n').every((line) => columnsOf(line) <= width)
  if (fits || least === undefined) return text
  const i = columns.indexOf(least)
  return tableWithin(
    width,
    columns.toSpliced(i, 1),
    rows.map((row) => row.toSpliced(i, 1)),
    others,
  )
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value))
}
