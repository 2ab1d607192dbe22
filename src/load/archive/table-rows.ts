import { createHash } from 'node:crypto'
import type { Session } from '../session.ts'
import { type ArchiveColumn, type ArchiveRow, FORMATS } from './column.ts'
import { DECIMAL_PRECISION, DECIMAL_SCALE, fromUnscaled, scaleOf, toUnscaled } from './decimal-bytes.ts'
import type { MonthTable } from './month-tables.ts'

/** Rows that are in memory at once: those of one row group. */
const ROWS_AT_ONCE = 25_000

/** The table's rows in the order of its key, some at a time. Belongs in a transaction, one table after the other. */
export async function* readRows(
  session: Session,
  { columns, from, key }: MonthTable,
): AsyncGenerator<ArchiveRow[]> {
  const cells = columns.map(({ name, type }) => `${FORMATS[type].select(name)} AS ${name}`)
  // By the values: the name alone would be that of the text.
  const order = key.map((_, i) => `k${i}`)
  const keys = key.map((name, i) => `${name} AS k${i}`)
  const names = columns.map(({ name }) => name).join(', ')
  await session.query(
    `DECLARE archive_rows NO SCROLL CURSOR FOR
     SELECT ${names} FROM (SELECT ${[...cells, ...keys].join(', ')} FROM ${from}) r ORDER BY ${order.join(', ')}`,
  )
  for (;;) {
    const { rows } = await session.queryTable(`FETCH ${ROWS_AT_ONCE} FROM archive_rows`)
    if (rows.length === 0) break
    yield rows.map((row) => row.map((cell) => (cell === null ? null : String(cell))))
  }
  // An error ends the transaction, and the cursor with it.
  await session.query('CLOSE archive_rows')
}

/** How many rows there are and what their numbers add up to. */
export interface TableSums {
  readonly rows: number
  readonly sums: Readonly<Record<string, string | null>>
}

/** As PostgreSQL counts them, with the columns as they are to be archived: by them decimals that are too long are text. */
export async function readSums(
  session: Session,
  { columns, from }: MonthTable,
): Promise<TableSums & { readonly columns: ArchiveColumn[] }> {
  const numbers = columns.filter(isNumber)
  const [found = {}] = await session.query(
    `SELECT count(*) AS rows${numbers.map(({ name }) => `, sum(${name})::text AS sum_${name}`).join('')}${columns
      .filter(({ type }) => type === 'numeric')
      .map(
        ({ name }) =>
          `, bool_and(scale(${name}) <= ${DECIMAL_SCALE} AND abs(${name}) < 1e${DECIMAL_PRECISION - DECIMAL_SCALE}) AS fits_${name}`,
      )
      .join('')} FROM ${from}`,
  )
  const textOf = (value: unknown) => (value === null || value === undefined ? null : String(value))
  return {
    rows: Number(found.rows),
    sums: Object.fromEntries(numbers.map(({ name }) => [name, textOf(found[`sum_${name}`])])),
    columns: columns.map(({ name, type }) =>
      type === 'numeric' && found[`fits_${name}`] === false ? { name, type: 'long numeric' } : { name, type },
    ),
  }
}

/** The same of rows that pass by, and what they are in short. */
export class RowTally implements TableSums {
  rows = 0
  readonly #columns: readonly ArchiveColumn[]
  readonly #sums: ({ unscaled: bigint; scale: number } | null)[]
  readonly #hash = createHash('sha256')

  constructor(columns: readonly ArchiveColumn[]) {
    this.#columns = columns
    this.#sums = columns.map(() => null)
  }

  add(rows: readonly ArchiveRow[]): void {
    this.rows += rows.length
    for (const row of rows) this.#hash.update(`${JSON.stringify(row)}\n`)
    this.#columns.forEach((column, i) => {
      if (!isNumber(column)) return
      // Equal ones are added up at once: most figures are 0.
      const counts = new Map<string, number>()
      for (const row of rows) {
        const cell = row[i] ?? null
        if (cell !== null) counts.set(cell, (counts.get(cell) ?? 0) + 1)
      }
      for (const [text, count] of counts) this.#addNumber(i, text, count)
    })
  }

  get sums(): Record<string, string | null> {
    const numbers = this.#columns.flatMap((column, i): [string, string | null][] => {
      const sum = this.#sums[i]
      return isNumber(column) ? [[column.name, sum ? fromUnscaled(sum.unscaled, sum.scale) : null]] : []
    })
    return Object.fromEntries(numbers)
  }

  /** SHA-256 of the rows, as hex. Ends the tally. */
  digest(): string {
    return this.#hash.digest('hex')
  }

  #addNumber(index: number, text: string, count: number): void {
    const sum = this.#sums[index] ?? { unscaled: 0n, scale: 0 }
    const scale = Math.max(sum.scale, scaleOf(text))
    const before = sum.unscaled * 10n ** BigInt(scale - sum.scale)
    this.#sums[index] = { unscaled: before + toUnscaled(text, scale) * BigInt(count), scale }
  }
}

/** Names of the columns whose sums differ, and `rows` when the numbers of rows do. PostgreSQL writes a sum with the most digits of any summand, as a tally does. */
export function differences(a: TableSums, b: TableSums): string[] {
  const names = new Set([...Object.keys(a.sums), ...Object.keys(b.sums)])
  const differing = [...names].filter((name) => (a.sums[name] ?? null) !== (b.sums[name] ?? null))
  return a.rows === b.rows ? differing : ['rows', ...differing]
}

function isNumber({ type }: ArchiveColumn): boolean {
  return type === 'bigint' || type === 'integer' || type === 'numeric' || type === 'long numeric'
}
