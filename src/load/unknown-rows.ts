import { CLICK_SOURCES, type FactTableName } from '../model/fact.ts'
import { type AnyRow, combineRows } from './combine-rows.ts'
import type { DayDigests } from './day-digests.ts'
import { type EncodableRows, TextRows } from './encodable-rows.ts'
import { factColumns } from './fact-columns.ts'
import { LineBytes } from './line-bytes.ts'

/** What tells rows of one table apart: an ad, and the rest of the key, as one number as far as its ids are small. */
export interface RowKey {
  readonly adId: string
  readonly rest: number | string
  /** The day, as the key in `dim_date`. */
  readonly date: number
}

/** Rows with an unknown member, until all are there: those of one key are combined, since several values are unknown. */
export class UnknownRows {
  readonly #table: FactTableName
  /** The `own` columns of each row as it came, and what its clicks may be. */
  readonly #lines = new LineBytes()
  /** Of each line, how many bytes its `own` columns have. */
  #ownLengths: number[] = []
  #keys: RowKey[] = []
  /** Of each ad and rest of a key the first line. */
  readonly #firsts = new Map<string, Map<RowKey['rest'], number>>()
  /** By its first line, what all rows of a key are together; and the other lines of such a key. */
  readonly #combined = new Map<number, AnyRow>()
  readonly #others = new Set<number>()

  constructor(table: FactTableName) {
    this.#table = table
  }

  /** Bytes that are held, about. */
  get length(): number {
    return this.#lines.length
  }

  add(key: RowKey, rows: EncodableRows, row: number, ids: readonly string[]): void {
    const line = this.#lines.count
    const start = this.#lines.length
    rows.writeOwn(this.#lines, row, ids)
    this.#ownLengths.push(this.#lines.length - start - 1)
    rows.writeClicks(this.#lines, row)
    this.#lines.endLine()
    this.#keys.push(key)
    let firsts = this.#firsts.get(key.adId)
    if (firsts === undefined) {
      firsts = new Map()
      this.#firsts.set(key.adId, firsts)
    }
    const first = firsts.get(key.rest)
    if (first === undefined) {
      firsts.set(key.rest, line)
      return
    }
    const before = this.#combined.get(first) ?? this.#decode(first)
    this.#combined.set(first, combineRows(this.#table, before, this.#decode(line)))
    this.#others.add(line)
  }

  /** Adds the rows as they came to the digests of their days: how they are combined depends on when. */
  digestTo(digests: DayDigests): void {
    for (const { date, first, end } of runsOf(this.#keys.map((key) => key.date)))
      digests.add(date, 0, { unknown: this.#lines.lines(first, end) })
  }

  /** Gives each key once, its `own` columns and what its clicks may be, each as fields of a line; then forgets all. */
  drain(take: (key: RowKey, own: Uint8Array, clicks: Uint8Array) => void): void {
    for (const [line, key] of this.#keys.entries()) {
      if (this.#others.has(line)) continue
      const combined = this.#combined.get(line)
      const { bytes, ownLength } = combined
        ? this.#encode(combined)
        : { bytes: this.#lines.line(line), ownLength: this.#ownLengths[line] ?? 0 }
      take(key, bytes.subarray(0, ownLength), bytes.subarray(ownLength + 1))
    }
    this.clear()
  }

  clear(): void {
    this.#lines.clear()
    this.#ownLengths = []
    this.#keys = []
    this.#firsts.clear()
    this.#combined.clear()
    this.#others.clear()
  }

  #decode(line: number): AnyRow {
    const values = new TextDecoder().decode(this.#lines.line(line)).split('\t')
    const columns = [...factColumns(this.#table).own, ...CLICK_SOURCES]
    return Object.fromEntries(
      columns.map((column, i) => [column, values[i] === '\\N' ? null : (values[i] ?? null)]),
    )
  }

  #encode(row: AnyRow): { bytes: Uint8Array; ownLength: number } {
    const line = new LineBytes()
    const rows = new TextRows(this.#table, [row])
    rows.writeOwn(line, 0, [])
    const ownLength = line.length - 1
    rows.writeClicks(line, 0)
    line.endLine()
    return { bytes: line.line(0), ownLength }
  }
}

/** From `start` on: rows of one day that come one after the other. */
export function* runsOf(dates: readonly number[], start = 0) {
  for (let first = start, end = first; first < dates.length; first = end) {
    const date = dates[first] ?? 0
    while (end < dates.length && dates[end] === date) end += 1
    yield { date, first, end }
  }
}
