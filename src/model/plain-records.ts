import type { ByteNames } from './byte-names.ts'
import type { InsightRecord } from './insight-record.ts'
import { ITEM_NUMBERS, READ_FIELDS, slotOf, TEXT_FIELDS } from './record-layout.ts'

/** Numbers kept for each item: its type, and where each of its own begins and ends, in their order. */
export const ITEM_SIZE = 1 + 2 * ITEM_NUMBERS.length
/** Numbers kept for each record: two for each slot. */
export const RECORD_SIZE = 2 * READ_FIELDS.length

/**
 * Records that were left in the bytes of their answer, and where in them the values stand that are read. Every
 * number in them is text, in plain notation and not negative.
 */
export interface PlainRecords {
  readonly bytes: Uint8Array
  /** All texts of the records. */
  readonly names: ByteNames
  /** The types of their items: so few that a place can be kept for each. */
  readonly types: ByteNames
  /**
   * For each record RECORD_SIZE numbers, two for each slot, 0 and 0 where the field is absent. Of a text: its number
   * in `names` + 1, and 0. Of a number: where it begins and ends. Of a list: its first item + 1, and the item after
   * its last one + 1.
   */
  readonly fields: Int32Array
  /** For each item ITEM_SIZE numbers: its type's in `types`, and where its numbers begin and end, 0 and 0 where absent. */
  readonly items: Int32Array
  /** Where each record begins and ends. */
  readonly places: Int32Array
}

/** Shows the texts of one plain record after the other as those of a decoded one, by the same object each time. */
export function createPlainTexts({ fields, names }: PlainRecords): (index: number) => InsightRecord {
  let base = 0
  const texts = Object.create(null)
  for (const field of TEXT_FIELDS) {
    const place = 2 * slotOf(field)
    Object.defineProperty(texts, field, {
      enumerable: true,
      get() {
        const text = fields[base + place] ?? 0
        return text === 0 ? undefined : names.textOf(text - 1)
      },
    })
  }
  return (index) => {
    base = index * RECORD_SIZE
    return texts
  }
}
