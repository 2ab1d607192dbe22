import { type JsonObject, parseExactJson } from './exact-json.ts'
import type { InsightRecord } from './insight-record.ts'
import { createPlainTexts, type PlainRecords } from './plain-records.ts'

/** One page of insights records: each decoded, or plain and left in the answer's bytes. */
export class RecordPage implements Iterable<InsightRecord> {
  readonly #decoded: readonly (InsightRecord | null)[]
  #plain: PlainPage | null

  /** `decoded` has null for each record that is among the plain ones, at the same index. */
  constructor(decoded: readonly (InsightRecord | null)[], plain: PlainRecords | null = null) {
    this.#decoded = decoded
    this.#plain = plain && { records: plain, textsAt: createPlainTexts(plain) }
  }

  get length(): number {
    return this.#decoded.length
  }

  /** The plain records among which the one with this index is; null when it is decoded. */
  plainAt(index: number): PlainRecords | null {
    return this.#decoded[index] === null ? this.#of(index).records : null
  }

  /**
   * The texts of the record as the API sent them, under their names; of a decoded record, its other fields, too. Holds
   * until it is asked for those of another one.
   */
  textsAt(index: number): InsightRecord {
    return this.#decoded[index] ?? this.#of(index).textsAt(index)
  }

  /** The record as the API sent it; a plain one is decoded anew each time. */
  at(index: number): InsightRecord {
    const decoded = this.#decoded[index]
    if (decoded) return decoded
    const { bytes, places } = this.#of(index).records
    const text = new TextDecoder().decode(bytes.subarray(places[2 * index], places[2 * index + 1]))
    return parseExactJson(text) as JsonObject
  }

  /** From now on no plain record can be read: where its values stand is no longer known. */
  end(): void {
    this.#plain = null
  }

  *[Symbol.iterator](): Generator<InsightRecord, void, undefined> {
    for (let index = 0; index < this.length; index += 1) yield this.at(index)
  }

  #of(index: number): PlainPage {
    if (this.#plain === null || this.#decoded[index] === undefined)
      throw new RangeError(`the page has no record ${index}, or has it no longer`)
    return this.#plain
  }
}

interface PlainPage {
  readonly records: PlainRecords
  readonly textsAt: (index: number) => InsightRecord
}
