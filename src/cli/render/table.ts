import { stripVTControlCharacters } from 'node:util'

/** Rows under their columns, as wide as they need; numbers to the right; the count of rows below. */
export function table(columns: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const cells = rows.map((row) => row.map(cell))
  const widths = columns.map((column, i) =>
    Math.max(width(column), ...cells.map((row) => width(row[i] ?? ''))),
  )
  const isNumeric = columns.map(
    (_, i) => rows.length > 0 && rows.every((row) => row[i] === null || isNumber(row[i])),
  )
  const line = (values: readonly string[]) =>
    values
      .map((value, i) => {
        const fill = ' '.repeat(Math.max(0, (widths[i] ?? 0) - width(value)))
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

/** One line, and nothing that a terminal would obey. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return value.toISOString()
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return stripVTControlCharacters(text).replace(/\p{Cc}+/gu, ' ')
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value))
}

const WIDE =
  /\p{Extended_Pictographic}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u
const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Columns that a text takes on a terminal. */
function width(text: string): number {
  let columns = 0
  for (const { segment } of GRAPHEMES.segment(text)) columns += WIDE.test(segment) ? 2 : 1
  return columns
}
