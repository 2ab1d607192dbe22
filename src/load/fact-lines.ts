import { toDateId } from '../model/calendar-date.ts'
import { CLICK_SOURCES, type FactTableName, type Lookup } from '../model/fact.ts'
import type { RequestOutcome } from '../model/slice.ts'
import { type AnyRow, combineRows } from './combine-rows.ts'
import { toField } from './copy-text.ts'
import type { DayDigests } from './day-digests.ts'
import { factColumns } from './fact-columns.ts'
import { type IdOf, UNKNOWN_MEMBER } from './lookups.ts'

/**
 * Rows of one table on their way to it, encoded for COPY but for the clicks of each. Rows of one key
 * that have an unknown member are combined, since several values of the API are unknown. Other keys come once, but
 * for values that the lookups make one: that is only noticed.
 */
export class FactLines {
  readonly table: FactTableName
  /** The `own` columns of each row. */
  #lines: string[] = []
  #dates: number[] = []
  /** Of each row, one after the other, what `clicks` may be, in the order of the cascade. */
  #clicks: (string | null)[] = []
  readonly #unknown = new Map<string, AnyRow>()
  /** Of each ad the days and looked-up ids of its rows, as one number. */
  readonly #seen = new Map<string, Set<number>>()
  readonly #days = new Map<string | null, number>()
  #hasRepeats = false
  #length = 0
  #digested = 0

  constructor(table: FactTableName) {
    this.table = table
  }

  /** Characters that are held, about as many bytes. */
  get length(): number {
    return this.#length
  }

  /** Whether a key has come twice, and the rows have to be combined. */
  get hasRepeats(): boolean {
    return this.#hasRepeats
  }

  add(row: AnyRow, ids: ReadonlyMap<Lookup, IdOf>): void {
    const found: string[] = []
    for (const [lookup, idOf] of ids) found.push(idOf(row[lookup] ?? null))
    if (!found.includes(UNKNOWN_MEMBER)) {
      this.#encode(row, found)
      return
    }
    const key = `${row.date_id} ${row.ad_id} ${found.join(' ')}`
    const other = this.#unknown.get(key)
    const { lookups } = factColumns(this.table)
    const resolved = { ...row, ...Object.fromEntries(lookups.map((lookup, i) => [lookup, found[i] ?? null])) }
    if (!other) this.#length += UNKNOWN_LENGTH
    this.#unknown.set(key, other ? combineRows(this.table, other, resolved) : resolved)
  }

  /** All columns of each row of the days, in the order of `all`. */
  finished(days: ReadonlySet<number>, sources: RequestOutcome['clickSources']): string[] {
    this.#encodeUnknown()
    const { hasClicks } = factColumns(this.table)
    const chosen = new Map(
      [...sources].map(([date, source]) => [toDateId(date), CLICK_SOURCES.indexOf(source)]),
    )
    const clicksOf = (row: number): string => {
      const source = chosen.get(this.#dates[row] ?? 0)
      if (source === undefined) return '\t0\t\\N'
      return `\t${this.#clicks[row * CLICK_SOURCES.length + source] ?? '0'}\t${CLICK_SOURCES[source]}`
    }
    const lines: string[] = []
    for (const [row, line] of this.#lines.entries())
      if (days.has(this.#dates[row] ?? 0)) lines.push(hasClicks ? line + clicksOf(row) : line)
    return lines
  }

  /** The columns of each row that are staged: `own`, and the candidates that the table does not keep. */
  staged(): string[] {
    this.#encodeUnknown()
    const places = factColumns(this.table).candidates.map((candidate) => CLICK_SOURCES.indexOf(candidate))
    return this.#lines.map((line, row) => {
      const dropped = places.map((place) => this.#clicks[row * CLICK_SOURCES.length + place] ?? null)
      return [line, ...dropped.map(toField)].join('\t')
    })
  }

  /** Adds the rows to the digests of their days, each once. */
  digestTo(digests: DayDigests): void {
    this.#encodeUnknown()
    for (let first = this.#digested, end = first; first < this.#lines.length; first = end) {
      const date = this.#dates[first] ?? 0
      while (end < this.#lines.length && this.#dates[end] === date) end += 1
      const clicks = this.#clicks.slice(first * CLICK_SOURCES.length, end * CLICK_SOURCES.length)
      digests.add(date, end - first, `${this.#lines.slice(first, end).join('\n')}\n${clicks.join('\t')}\n`)
    }
    this.#digested = this.#lines.length
  }

  /** Forgets the rows. */
  clear(): void {
    this.#lines = []
    this.#dates = []
    this.#clicks = []
    this.#unknown.clear()
    this.#seen.clear()
    this.#hasRepeats = false
    this.#length = 0
    this.#digested = 0
  }

  #encodeUnknown(): void {
    const { lookups } = factColumns(this.table)
    for (const row of this.#unknown.values())
      this.#encode(
        row,
        lookups.map((lookup) => row[lookup] ?? UNKNOWN_MEMBER),
      )
    this.#unknown.clear()
  }

  #encode(row: AnyRow, ids: readonly string[]): void {
    this.#see(row, ids)
    const { own, hasClicks } = factColumns(this.table)
    const values: (string | undefined)[] = []
    let lookedUp = 0
    for (const column of own) {
      const value = row[column]
      // Ids and numbers: nothing that COPY would have to be told apart.
      values.push(value === undefined ? ids[lookedUp++] : (value ?? '\\N'))
    }
    // Joined, and not added up: that would keep all the parts of each line.
    const line = values.join('\t')
    this.#lines.push(line)
    this.#dates.push(Number(row.date_id))
    this.#length += line.length
    if (!hasClicks) return
    for (const source of CLICK_SOURCES) this.#clicks.push(row[source] ?? null)
  }

  #see(row: AnyRow, ids: readonly string[]): void {
    let number = this.#dayNumber(row.date_id ?? null)
    for (const id of ids) number = number * MOST_MEMBERS + Number(id)
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

/** What a row that is not encoded yet takes, about. */
const UNKNOWN_LENGTH = 500

/** One of thousands of days and two ids below it make a number that a double holds. More ids than that only look like repeats. */
const MOST_MEMBERS = 1_000_000
