import { MEASURES, type MeasureName } from '../../src/dashboard/measures.ts'
import { formatMeasure } from '../format.ts'

type Raw = string | number | null | undefined

/** How a table shows one thing of its rows. */
export interface Column<Row> {
  readonly label: string
  /** To the right, so that digits stand under digits. */
  readonly isNumber?: boolean
  /** What its numbers are of, e.g. a currency; for a file, whose figures have no sign. */
  readonly unit?: string | null
  readonly show: (row: Row) => string
  /** As a program reads it; what is shown when left out. */
  readonly raw?: (row: Row) => Raw
}

/** What is shown, cell by cell: for the table under a chart, and for its CSV. */
export interface Sheet {
  readonly columns: readonly {
    readonly label: string
    readonly isNumber: boolean
    readonly unit: string | null
  }[]
  readonly rows: readonly (readonly { readonly shown: string; readonly raw: Raw }[])[]
}

export function toSheet<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Sheet {
  return {
    columns: columns.map(({ label, isNumber = false, unit = null }) => ({ label, isNumber, unit })),
    rows: rows.map((row) =>
      columns.map(({ show, raw }) => {
        const shown = show(row)
        return { shown, raw: raw ? raw(row) : shown }
      }),
    ),
  }
}

export function measureColumn<Name extends MeasureName>(
  name: Name,
  currency: string | null,
): Column<Readonly<Record<Name, string | number | null>>> {
  return {
    label: MEASURES[name].label,
    isNumber: true,
    unit: MEASURES[name].format === 'money' ? currency : null,
    show: (row) => formatMeasure(name, row[name], { currency }),
    raw: (row) => row[name],
  }
}

/** RFC 4180. What a spreadsheet would take for a formula begins with an apostrophe. */
export function toCsv({ columns, rows }: Sheet): string {
  const lines = [
    columns.map(({ label, unit }) => toCell(unit === null ? label : `${label} (${unit})`)),
    ...rows.map((row) => row.map(({ raw }) => toCell(raw))),
  ]
  return `${lines.map((line) => line.join(',')).join('\r\n')}\r\n`
}

function toCell(value: Raw): string {
  const text = String(value ?? '')
  const isFormula = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(?:\.\d+)?$/.test(text)
  const safe = isFormula ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
