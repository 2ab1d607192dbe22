import { toDateId } from '../model/calendar-date.ts'
import { CLICK_SOURCES, type FactTableName, type Lookup } from '../model/fact.ts'
import type { RequestOutcome } from '../model/slice.ts'
import { type AnyRow, combineRows } from './combine-rows.ts'
import { CopyChunks } from './copy-chunks.ts'
import type { DayDigests } from './day-digests.ts'
import { factColumns } from './fact-columns.ts'
import { LineBytes } from './line-bytes.ts'
import { type IdOf, UNKNOWN_MEMBER } from './lookups.ts'

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
  readonly #unknown = new Map<string, UnknownRow>()
  /** Rows with an unknown member as they came, for the digests: how they are combined depends on when. */
  readonly #came = new LineBytes()
  #cameDates: number[] = []
  /** Of each ad the days and looked-up ids of its rows, as one number. */
  readonly #seen = new Map<string, Set<number>>()
  readonly #days = new Map<string | null, number>()
  readonly #mostMembers: number
  #hasRepeats = false
  #digested = 0

  constructor(table: FactTableName) {
    this.table = table
    this.#mostMembers = factColumns(table).lookups.length > 1 ? MOST_OF_TWO : MOST_OF_ONE
  }

  /** Bytes that are held, about. */
  get length(): number {
    return this.#lines.length + this.#clicks.length + this.#came.length + this.#unknown.size * UNKNOWN_LENGTH
  }

  /** Whether a key has come twice, and the rows have to be combined. */
  get hasRepeats(): boolean {
    return this.#hasRepeats
  }

  add(rows: readonly AnyRow[], ids: ReadonlyMap<Lookup, IdOf>): void {
    const lookups = [...ids]
    for (const row of rows) {
      const found = lookups.map(([lookup, idOf]) => idOf(row[lookup] ?? null))
      if (found.includes(UNKNOWN_MEMBER)) this.#addUnknown(row, found)
      else this.#encode(row, found)
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
    for (const { date, first, end } of runsOf(this.#cameDates, 0))
      digests.add(date, 0, { unknown: this.#came.lines(first, end) })
    this.#came.clear()
    this.#cameDates = []
    for (const { row, ids } of this.#unknown.values()) {
      this.#encode(row, ids)
      digests.add(Number(row.date_id), 1)
    }
    this.#unknown.clear()
    this.#digested = this.#lines.count
  }

  /** Forgets the rows. */
  clear(): void {
    this.#lines.clear()
    this.#dates = []
    this.#clicks.clear()
    this.#unknown.clear()
    this.#came.clear()
    this.#cameDates = []
    this.#seen.clear()
    this.#hasRepeats = false
    this.#digested = 0
  }

  #addUnknown(row: AnyRow, ids: readonly string[]): void {
    const key = `${row.date_id} ${row.ad_id} ${ids.join(' ')}`
    this.#write(this.#came, row, ids)
    for (const source of CLICK_SOURCES) this.#came.addField(row[source] ?? '')
    this.#came.endLine()
    this.#cameDates.push(Number(row.date_id))
    const other = this.#unknown.get(key)
    this.#unknown.set(key, { row: other ? combineRows(this.table, other.row, row) : row, ids })
  }

  #encode(row: AnyRow, ids: readonly string[]): void {
    this.#see(row, ids)
    this.#write(this.#lines, row, ids)
    this.#lines.endLine()
    this.#dates.push(Number(row.date_id))
    if (!factColumns(this.table).hasClicks) return
    for (const source of CLICK_SOURCES) this.#clicks.addField(row[source] ?? '')
    this.#clicks.endLine()
  }

  #write(lines: LineBytes, row: AnyRow, ids: readonly string[]): void {
    let lookedUp = 0
    for (const column of factColumns(this.table).own) {
      const value = row[column]
      lines.addField((value === undefined ? ids[lookedUp++] : value) ?? '\\N')
    }
  }

  #see(row: AnyRow, ids: readonly string[]): void {
    let number = this.#dayNumber(row.date_id ?? null)
    for (const id of ids) number = number * this.#mostMembers + Number(id)
    const ad = row.ad_id ?? UNKNOWN_MEMBER
    let seen = this.#seen.get(ad)
    if (seen === undefined) {
      seen = new Set()
      this.#seen.set(ad, seen)
    }
    this.#hasRepeats ||= seen.has(number)
    seen.add(number)
  }

  #dayNumber(dateId: string | null): number {
    let number = this.#days.get(dateId)
    if (number === undefined) {
      number = this.#days.size
      this.#days.set(dateId, number)
    }
    return number
  }
}

/** From `start` on: rows of one day that come one after the other. */
function* runsOf(dates: readonly number[], start: number) {
  for (let first = start, end = first; first < dates.length; first = end) {
    const date = dates[first] ?? 0
    while (end < dates.length && dates[end] === date) end += 1
    yield { date, first, end }
  }
}

/** Rows as COPY reads them. */
interface CopiedRows {
  readonly rows: number
  readonly chunks: readonly Uint8Array[]
}

/** What a row that is not encoded yet takes, about. */
const UNKNOWN_LENGTH = 500

/** Its ids are those of its lookups. */
interface UnknownRow {
  readonly row: AnyRow
  readonly ids: readonly string[]
}

/**
 * Ids of a lookup below it, and of two of them, make with a day's number one of 31 bits, which a set holds without
 * an object for each. Larger ids only look like repeats.
 */
const MOST_OF_ONE = 1_000_000
const MOST_OF_TWO = 4096
