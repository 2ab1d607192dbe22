import { FACT_TABLES, type FactKey, type FactRow, type FactTableName } from './fact.ts'

const FIRST_ROWS = 64

/** Rows on their way to `table` whose numbers are still where the API sent them, in the bytes of its answer. */
export class FactSpans {
  readonly table: FactTableName
  readonly bytes: Uint8Array
  /** Of each row. */
  readonly keys: FactKey[] = []
  /** Of each lookup the text of each row; null for the unknown member. */
  readonly texts: readonly (string | null)[][]
  /** Of each row and measure, in their order, where the number begins and ends; 0 and 0 when it is absent. */
  places: Int32Array
  readonly #size: number

  constructor(table: FactTableName, bytes: Uint8Array) {
    this.table = table
    this.bytes = bytes
    this.texts = FACT_TABLES[table].lookups.map(() => [])
    this.#size = 2 * Object.keys(FACT_TABLES[table].measures).length
    this.places = new Int32Array(FIRST_ROWS * this.#size)
  }

  get length(): number {
    return this.keys.length
  }

  /** Begins a row, all measures absent, whose lookups the caller adds to `texts`; returns where its places begin. */
  begin(key: FactKey): number {
    const base = this.keys.push(key) * this.#size - this.#size
    if (base === this.places.length) {
      const wider = new Int32Array(base * 2)
      wider.set(this.places)
      this.places = wider
    }
    return base
  }
}

/** Fact rows of any tables, or of one. */
export type FactBatch = readonly FactRow[] | FactSpans
