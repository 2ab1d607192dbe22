import { CLICK_SOURCES, FACT_TABLES, type FactKey, type FactTableName, type Lookup } from '../model/fact.ts'
import { type FactBatch, FactSpans } from '../model/fact-spans.ts'
import type { AnyRow } from './combine-rows.ts'
import { factColumns } from './fact-columns.ts'
import type { LineBytes } from './line-bytes.ts'
import type { IdOf } from './lookups.ts'

/** Rows of one table that can be encoded for COPY, by their index. */
export interface EncodableRows {
  readonly length: number
  keyOf(row: number): FactKey
  /** The ids of its lookups; the same list each time. */
  idsOf(row: number): readonly string[]
  /** Adds its `own` columns to the line that is being written. */
  writeOwn(lines: LineBytes, row: number, ids: readonly string[]): void
  /** The same with what `clicks` may be, in the order of the cascade; nothing when the table has no clicks. */
  writeClicks(lines: LineBytes, row: number): void
}

/** `ids` are those of the table's lookups, in their order. */
export function encodableRows(
  table: FactTableName,
  rows: FactBatch,
  ids: ReadonlyMap<Lookup, IdOf>,
): EncodableRows {
  return rows instanceof FactSpans ? new SpanRows(rows, [...ids.values()]) : new TextRows(table, rows, ids)
}

/** Of rows whose values are text. One may have the ids of its lookups as columns, and then needs no `ids`. */
export class TextRows implements EncodableRows {
  readonly #rows: readonly AnyRow[]
  readonly #own: readonly string[]
  readonly #hasClicks: boolean
  readonly #lookups: readonly (readonly [Lookup, IdOf])[]

  constructor(table: FactTableName, rows: readonly AnyRow[], ids: ReadonlyMap<Lookup, IdOf> = new Map()) {
    this.#rows = rows
    const { own, hasClicks } = factColumns(table)
    this.#own = own
    this.#hasClicks = hasClicks
    this.#lookups = [...ids]
  }

  get length(): number {
    return this.#rows.length
  }

  keyOf(row: number): FactKey {
    return this.#rows[row] as AnyRow & FactKey
  }

  idsOf(row: number): readonly string[] {
    return this.#lookups.map(([lookup, idOf]) => idOf(this.#rows[row]?.[lookup] ?? null))
  }

  writeOwn(lines: LineBytes, row: number, ids: readonly string[]): void {
    let lookedUp = 0
    for (const column of this.#own) {
      const value = this.#rows[row]?.[column]
      lines.addField((value === undefined ? ids[lookedUp++] : value) ?? '\\N')
    }
  }

  writeClicks(lines: LineBytes, row: number): void {
    if (this.#hasClicks) for (const source of CLICK_SOURCES) lines.addField(this.#rows[row]?.[source] ?? '')
  }
}

/** Of rows whose numbers are where the API sent them. The columns of the key come in the order that `factColumns` has. */
class SpanRows implements EncodableRows {
  readonly #rows: FactSpans
  readonly #places: (typeof MEASURE_PLACES)[FactTableName]
  readonly #idsOf: readonly IdOf[]
  readonly #ids: string[] = []
  /** Many rows of one key come one after the other. */
  #key: FactKey | null = null
  #beforeIds = ''
  #afterIds = ''

  constructor(rows: FactSpans, idsOf: readonly IdOf[]) {
    this.#rows = rows
    this.#places = MEASURE_PLACES[rows.table]
    this.#idsOf = idsOf
  }

  get length(): number {
    return this.#rows.length
  }

  keyOf(row: number): FactKey {
    return this.#rows.keys[row] as FactKey
  }

  idsOf(row: number): readonly string[] {
    const { texts } = this.#rows
    for (let i = 0; i < this.#idsOf.length; i += 1)
      this.#ids[i] = this.#idsOf[i]?.(texts[i]?.[row] ?? null) ?? ''
    return this.#ids
  }

  writeOwn(lines: LineBytes, row: number, ids: readonly string[]): void {
    const key = this.keyOf(row)
    if (key !== this.#key) {
      this.#key = key
      this.#beforeIds = `${key.account_id}\t${key.date_id}\t${key.ad_id}`
      this.#afterIds = `${key.campaign_id}\t${key.adset_id}`
    }
    lines.addField(this.#beforeIds)
    for (const id of ids) lines.addField(id)
    lines.addField(this.#afterIds)
    const { size, own } = this.#places
    for (const { place, absent } of own) this.#write(lines, row * size + place, absent)
  }

  writeClicks(lines: LineBytes, row: number): void {
    const { size, clicks } = this.#places
    for (const place of clicks) this.#write(lines, row * size + place, '0')
  }

  #write(lines: LineBytes, at: number, absent: string): void {
    const { bytes, places } = this.#rows
    const start = places[at] ?? 0
    if (start === 0) lines.addField(absent)
    else lines.addBytes(bytes, start, places[at + 1] ?? 0)
  }
}

/** Of each table, which measures of a FactSpans are columns of it, and where the candidates for the clicks are. */
const MEASURE_PLACES = {
  fact_core_metrics: measurePlaces('fact_core_metrics'),
  fact_age_gender_metrics: measurePlaces('fact_age_gender_metrics'),
  fact_country_metrics: measurePlaces('fact_country_metrics'),
  fact_action_metrics: measurePlaces('fact_action_metrics'),
}

function measurePlaces(table: FactTableName) {
  const { own, hasClicks } = factColumns(table)
  const measures = Object.entries(FACT_TABLES[table].measures)
  const placeOf = (measure: string) => 2 * measures.findIndex(([name]) => name === measure)
  return {
    size: 2 * measures.length,
    own: measures
      .filter(([name]) => own.includes(name))
      .map(([name, kind]) => ({ place: placeOf(name), absent: kind === 'unique' ? '\\N' : '0' })),
    clicks: hasClicks ? CLICK_SOURCES.map(placeOf) : [],
  }
}
