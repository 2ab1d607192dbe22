import { toDateId } from '../model/calendar-date.ts'
import { CLICK_SOURCES, type FactKey, type FactTableName, type Lookup } from '../model/fact.ts'
import type { FactBatch } from '../model/fact-spans.ts'
import type { RequestOutcome } from '../model/slice.ts'
import { CopyChunks } from './copy-chunks.ts'
import type { DayDigests } from './day-digests.ts'
import { type EncodableRows, encodableRows } from './encodable-rows.ts'
import { factColumns } from './fact-columns.ts'
import { LineBytes } from './line-bytes.ts'
import { type IdOf, UNKNOWN_MEMBER } from './lookups.ts'
import { type RowKey, runsOf, UnknownRows } from './unknown-rows.ts'

/**
 * Rows of one table on their way to it, encoded for COPY but for the clicks of each. Rows of one key
 * that have an unknown member are combined, since several values of the API are unknown. Other keys come once, but
 * for values that the lookups make one: that is only noticed.
 */
export class FactLines {
  readonly table: FactTableName
  /** The `own` columns of each row: ids and numbers, which are ASCII and nothing that COPY has to be told apart. */
  readonly #lines = new LineBytes()
  #dates: number[] = []
  /** Of each row what `clicks` may be, in the order of the cascade; what it lacks is empty. */
  readonly #clicks = new LineBytes()
  readonly #unknown: UnknownRows
  /** Of each ad the rest of its rows' keys. */
  readonly #seen = new Map<string, Set<RowKey['rest']>>()
  readonly #days = new Map<string, number>()
  readonly #mostMembers: number
  readonly #hasClicks: boolean
  #hasRepeats = false
  #digested = 0

  constructor(table: FactTableName) {
    this.table = table
    const { lookups, hasClicks } = factColumns(table)
    this.#mostMembers = lookups.length > 1 ? MOST_OF_TWO : MOST_OF_ONE
    this.#hasClicks = hasClicks
    this.#unknown = new UnknownRows(table)
  }

  /** Bytes that are held, about. */
  get length(): number {
    return this.#lines.length + this.#clicks.length + this.#unknown.length
  }

  /** Whether a key has come twice, and the rows have to be combined. */
  get hasRepeats(): boolean {
    return this.#hasRepeats
  }

  add(batch: FactBatch, idsOf: ReadonlyMap<Lookup, IdOf>): void {
    const rows = encodableRows(this.table, batch, idsOf)
    for (let row = 0; row < rows.length; row += 1) {
      const ids = rows.idsOf(row)
      const key = this.#keyOf(rows.keyOf(row), ids)
      if (ids.includes(UNKNOWN_MEMBER)) this.#unknown.add(key, rows, row, ids)
      else this.#encode(key, rows, row, ids)
    }
  }

  /** All columns of each row of the days, in the order of `all`, for COPY. */
  finished(days: ReadonlySet<number>, sources: RequestOutcome['clickSources']): CopiedRows {
    const { hasClicks } = factColumns(this.table)
    const chosen = new Map(
      [...sources].map(([date, source]) => [toDateId(date), CLICK_SOURCES.indexOf(source)]),
    )
    const clicksOf = (row: number): string => {
      const source = chosen.get(this.#dates[row] ?? 0)
      if (source === undefined) return '\t0\t\\N'
      return `\t${this.#clicks.field(row, source) || '0'}\t${CLICK_SOURCES[source]}`
    }
    const chunks = new CopyChunks()
    let rows = 0
    for (const [row, date] of this.#dates.entries()) {
      if (!days.has(date)) continue
      chunks.add(this.#lines.line(row), hasClicks ? clicksOf(row) : '')
      rows += 1
    }
    return { rows, chunks: chunks.finish() }
  }

  /** The columns of each row that are staged, for COPY: `own`, and the candidates that the table does not keep. */
  staged(): Uint8Array[] {
    const places = factColumns(this.table).candidates.map((candidate) => CLICK_SOURCES.indexOf(candidate))
    const chunks = new CopyChunks()
    for (const row of this.#dates.keys()) {
      const dropped = places.map((place) => `\t${this.#clicks.field(row, place) || '\\N'}`)
      chunks.add(this.#lines.line(row), dropped.join(''))
    }
    return chunks.finish()
  }

  /** Adds the rows to the digests of their days, each once. Those that wait to be combined are, so far as they are there. */
  digestTo(digests: DayDigests): void {
    for (const { date, first, end } of runsOf(this.#dates, this.#digested))
      digests.add(date, end - first, {
        lines: this.#lines.lines(first, end),
        clicks: this.#clicks.lines(first, end),
      })
    this.#unknown.digestTo(digests)
    this.#unknown.drain((key, own, clicks) => {
      this.#see(key)
      this.#lines.addBytes(own, 0, own.length)
      this.#lines.endLine()
      this.#dates.push(key.date)
      digests.add(key.date, 1)
      if (!this.#hasClicks) return
      this.#clicks.addBytes(clicks, 0, clicks.length)
      this.#clicks.endLine()
    })
    this.#digested = this.#lines.count
  }

  /** Forgets the rows. */
  clear(): void {
    this.#lines.clear()
    this.#dates = []
    this.#clicks.clear()
    this.#unknown.clear()
    this.#seen.clear()
    this.#hasRepeats = false
    this.#digested = 0
  }

  #encode(key: RowKey, rows: EncodableRows, row: number, ids: readonly string[]): void {
    this.#see(key)
    rows.writeOwn(this.#lines, row, ids)
    this.#lines.endLine()
    this.#dates.push(key.date)
    if (!this.#hasClicks) return
    rows.writeClicks(this.#clicks, row)
    this.#clicks.endLine()
  }

  #keyOf({ date_id, ad_id }: FactKey, ids: readonly string[]): RowKey {
    const date = Number(date_id)
    let rest = this.#dayNumber(date_id)
    for (const id of ids) {
      const number = Number(id)
      if (number >= this.#mostMembers) return { adId: ad_id, rest: `${date_id} ${ids.join(' ')}`, date }
      rest = rest * this.#mostMembers + number
    }
    return { adId: ad_id, rest, date }
  }

  #see({ adId, rest }: RowKey): void {
    let seen = this.#seen.get(adId)
    if (seen === undefined) {
      seen = new Set()
      this.#seen.set(adId, seen)
    }
    this.#hasRepeats ||= seen.has(rest)
    seen.add(rest)
  }

  #dayNumber(dateId: string): number {
    let number = this.#days.get(dateId)
    if (number === undefined) {
      number = this.#days.size
      this.#days.set(dateId, number)
    }
    return number
  }
}

/** Rows as COPY reads them. */
interface CopiedRows {
  readonly rows: number
  readonly chunks: readonly Uint8Array[]
}

/**
 * Ids of a lookup below it, and of two of them, make with a day's number one of 31 bits, which a set holds without
 * an object for each. With larger ones it is a text.
 */
const MOST_OF_ONE = 1_000_000
const MOST_OF_TWO = 4096
