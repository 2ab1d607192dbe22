import { isUtf8 } from 'node:buffer'
import { ByteNames } from '../model/byte-names.ts'
import { isJsonObject, type JsonObject, parseExactJson } from '../model/exact-json.ts'
import type { InsightRecord } from '../model/insight-record.ts'
import { ITEM_SIZE, RECORD_SIZE } from '../model/plain-records.ts'
import {
  FIRST_AMOUNT,
  FIRST_COUNT,
  FIRST_LIST,
  ITEM_NUMBERS,
  MAX_MEMBER_LENGTH,
  READ_FIELDS,
} from '../model/record-layout.ts'
import { RecordPage } from '../model/record-page.ts'
import { GuessedNames } from './guessed-names.ts'
import {
  CLOSE_LIST,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  endOfAmount,
  endOfCount,
  endOfEscaped,
  endOfObject,
  endOfText,
  NONE,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
} from './json-bytes.ts'

const BEGINNING = [...new TextEncoder().encode('{"data":[')]
/** The type comes first, as in `PlainRecords`. */
const ITEM_KEYS = ['action_type', ...ITEM_NUMBERS]
const TYPE = 0

/**
 * Looks through the answers of one list of insights. Of a plain record, which nearly all are, it only keeps where the
 * values stand, which takes a fraction of the time and the memory of decoding it. What is unusual in any way is
 * decoded: a record with a bare number, null, white space, an escape in a key, or anything that its fields do not
 * have otherwise.
 *
 * It learns what usually comes next, so that most keys, texts and action types need only be compared. It holds each
 * text of the list once.
 */
export class RecordScanner {
  readonly #names = new ByteNames()
  readonly #typeNames = new ByteNames()
  readonly #types = new GuessedNames(this.#typeNames)
  readonly #keys = new GuessedNames(new ByteNames(READ_FIELDS))
  readonly #itemKeys = new GuessedNames(new ByteNames(ITEM_KEYS))
  /** Of each slot, the text that the record before had. */
  readonly #lastTexts = new Int32Array(READ_FIELDS.length).fill(NONE)
  #bytes: Uint8Array = new Uint8Array()
  /** Those of the page that was scanned last, with zeros after them. */
  #fields = new Int32Array(256 * RECORD_SIZE)
  #items = new Int32Array(1024 * ITEM_SIZE)
  #recordCount = 0
  #itemCount = 0
  #page: RecordPage | null = null

  /**
   * The answer, with a RecordPage as its `data` that holds until the next answer is scanned. Null when it does not
   * begin with a list of records, or is damaged: to decode it will tell what it is.
   */
  scan(bytes: Uint8Array): JsonObject | null {
    if (!BEGINNING.every((byte, i) => bytes[i] === byte) || !isUtf8(bytes)) return null
    this.#page?.end()
    this.#bytes = bytes
    this.#fields.fill(0, 0, RECORD_SIZE * this.#recordCount)
    this.#items.fill(0, 0, ITEM_SIZE * this.#itemCount)
    this.#recordCount = 0
    this.#itemCount = 0
    try {
      const { page, end } = this.#scanPage()
      // The records under a name that the API has not: of two lists of one name, the first would not show.
      const rest: unknown = parseExactJson(`{"":[${new TextDecoder().decode(bytes.subarray(end))}`)
      if (!isJsonObject(rest) || 'data' in rest || 'error' in rest) return null
      const { '': _, ...beside } = rest
      this.#page = page
      return { ...beside, data: page }
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof RangeError) return null
      throw error
    } finally {
      this.#bytes = new Uint8Array()
    }
  }

  /** The records, and where the bracket after them stands. */
  #scanPage(): { page: RecordPage; end: number } {
    const bytes = this.#bytes
    const decoded: (InsightRecord | null)[] = []
    const places: number[] = []
    let start = BEGINNING.length
    while (bytes[start] !== CLOSE_LIST || decoded.length > 0) {
      const base = this.#recordCount * RECORD_SIZE
      if (base === this.#fields.length) this.#fields = widened(this.#fields)
      this.#recordCount += 1
      const firstItem = this.#itemCount
      let end = this.#scanRecord(start, base)
      if (end === NONE) {
        this.#fields.fill(0, base, base + RECORD_SIZE)
        this.#items.fill(0, firstItem * ITEM_SIZE, this.#itemCount * ITEM_SIZE)
        this.#itemCount = firstItem
        end = endOfObject(bytes, start)
        decoded.push(this.#decode(start, end))
      } else decoded.push(null)
      places.push(start, end)
      if (bytes[end] === CLOSE_LIST) {
        start = end
        break
      }
      if (bytes[end] !== COMMA) throw new SyntaxError('no comma between two records')
      start = end + 1
    }
    const plain = {
      bytes,
      names: this.#names,
      types: this.#typeNames,
      fields: this.#fields,
      items: this.#items,
      places: Int32Array.from(places),
    }
    return { page: new RecordPage(decoded, plain), end: start }
  }

  #decode(start: number, end: number): InsightRecord {
    const text = new TextDecoder().decode(this.#bytes.subarray(start, end))
    // As deep as it is in the answer, since that has a bound.
    const [[record]] = parseExactJson(`[[${text}]]`) as [[JsonObject]]
    return record
  }

  /** The end of a record whose fields are kept from `base` on; NONE when it is not plain. */
  #scanRecord(start: number, base: number): number {
    const bytes = this.#bytes
    const keys = this.#keys
    if (bytes[start] !== OPEN_OBJECT) return NONE
    let key = NONE
    for (let at = start + 1; ; at += 1) {
      if (bytes[at] !== QUOTE) return NONE
      key = keys.read(bytes, at + 1, key)
      if (key === NONE || bytes[keys.end + 1] !== COLON) return NONE
      at = keys.end + 2
      if (key < READ_FIELDS.length) {
        if (this.#fields[base + 2 * key] !== 0) return NONE
        at = key < FIRST_LIST ? this.#scanValue(at, base, key) : this.#scanList(at, base, key)
      } else at = bytes[at] === QUOTE ? endOfText(bytes, at + 1) : NONE
      if (at === NONE) return NONE
      at += 1
      if (bytes[at] === CLOSE_OBJECT) return at + 1
      if (bytes[at] !== COMMA) return NONE
    }
  }

  /** Where a text or a number ends: at its quotation mark, or at NONE. */
  #scanValue(at: number, base: number, slot: number): number {
    const bytes = this.#bytes
    if (bytes[at] !== QUOTE) return NONE
    const start = at + 1
    if (slot >= FIRST_COUNT) {
      const end = slot < FIRST_AMOUNT ? endOfCount(bytes, start) : endOfAmount(bytes, start)
      this.#fields[base + 2 * slot] = start
      this.#fields[base + 2 * slot + 1] = end
      return end
    }
    const last = this.#lastTexts[slot] ?? NONE
    let end = last === NONE ? NONE : this.#names.endOf(last, bytes, start)
    let text = last
    if (end === NONE) {
      end = endOfEscaped(bytes, start)
      if (end === NONE) return NONE
      text = this.#names.idOf(bytes, start, end)
      this.#lastTexts[slot] = text
    }
    this.#fields[base + 2 * slot] = text + 1
    return end
  }

  /** Where a list ends: at its bracket, or at NONE. */
  #scanList(start: number, base: number, slot: number): number {
    const bytes = this.#bytes
    if (bytes[start] !== OPEN_LIST) return NONE
    this.#fields[base + 2 * slot] = this.#itemCount + 1
    let at = start + 1
    let type = NONE
    if (bytes[at] !== CLOSE_LIST)
      for (;;) {
        if (ITEM_SIZE * (this.#itemCount + 1) > this.#items.length) this.#items = widened(this.#items)
        const item = ITEM_SIZE * this.#itemCount
        this.#itemCount += 1
        at = this.#scanItem(at, item, type)
        if (at === NONE) return NONE
        type = this.#items[item] ?? NONE
        if (bytes[at] === CLOSE_LIST) break
        if (bytes[at] !== COMMA) return NONE
        at += 1
      }
    this.#fields[base + 2 * slot + 1] = this.#itemCount + 1
    return at
  }

  /** The end of an item that is kept at `item`, after one of the type `before`; NONE when it is not plain. */
  #scanItem(start: number, item: number, before: number): number {
    const bytes = this.#bytes
    const items = this.#items
    const keys = this.#itemKeys
    if (bytes[start] !== OPEN_OBJECT) return NONE
    let key = NONE
    let hasType = false
    for (let at = start + 1; ; at += 1) {
      if (bytes[at] !== QUOTE) return NONE
      key = keys.read(bytes, at + 1, key)
      if (key === NONE || bytes[keys.end + 1] !== COLON || bytes[keys.end + 2] !== QUOTE) return NONE
      at = keys.end + 3
      if (key === TYPE) {
        const type = this.#types.read(bytes, at, before)
        const length = this.#types.end - at
        if (type === NONE || hasType || length === 0 || length > MAX_MEMBER_LENGTH) return NONE
        items[item] = type
        hasType = true
        at = this.#types.end
      } else if (key < ITEM_KEYS.length) {
        const place = item + 2 * key - 1
        if (items[place] !== 0) return NONE
        items[place] = at
        at = endOfAmount(bytes, at)
        if (at === NONE) return NONE
        items[place + 1] = at
      } else {
        at = endOfText(bytes, at)
        if (at === NONE) return NONE
      }
      at += 1
      if (bytes[at] === CLOSE_OBJECT) return hasType && items[item + 1] !== 0 ? at + 1 : NONE
      if (bytes[at] !== COMMA) return NONE
    }
  }
}

function widened(array: Int32Array): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(array.length * 2)
  wider.set(array)
  return wider
}
