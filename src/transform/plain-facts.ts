import { CONVERSIONS } from '../model/action-type.ts'
import type { ByteNames } from '../model/byte-names.ts'
import {
  CLICK_SOURCES,
  type ClickSource,
  FACT_TABLES,
  type FactKey,
  type FactTableName,
} from '../model/fact.ts'
import type { FactSpans } from '../model/fact-spans.ts'
import { ITEM_SIZE, type PlainRecords, RECORD_SIZE } from '../model/plain-records.ts'
import { ITEM_NUMBERS, LIST_FIELDS, type ListField, slotOf } from '../model/record-layout.ts'
import { BREAKDOWNS, readBreakdown } from './fact-key.ts'
import { MEASURES, type RecordTable, type Source } from './measures.ts'

/** No item. */
const NONE = -1

/** The spans that rows of a table are added to. */
type SpansOf = (table: FactTableName) => FactSpans

/**
 * Makes the fact rows of plain records: the same as are made of decoded ones, but that their numbers stay where they
 * are. For records of one scanner, which have their texts in `names` and the types of their items in `types`.
 */
export class PlainFacts {
  readonly names: ByteNames
  readonly #types: ByteNames
  readonly #tables: readonly TableReader[]
  readonly #hasActions: boolean
  readonly #clicks: readonly (readonly [ClickSource, Reader])[]
  readonly #lists = new Map(LIST_FIELDS.map((field) => [field, new ItemsByType(field)]))

  constructor(tables: readonly FactTableName[], { names, types }: PlainRecords) {
    this.names = names
    this.#types = types
    const toReader = (source: Source) => readerOf(source, types, this.#lists)
    this.#tables = tables
      .filter((table) => table !== 'fact_action_metrics')
      .map((table) => ({
        table,
        breakdowns: FACT_TABLES[table].lookups.map((lookup) => breakdownReader(BREAKDOWNS[lookup], names)),
        measures: Object.keys(FACT_TABLES[table].measures).map((name) =>
          toReader(MEASURES[name as keyof typeof MEASURES]),
        ),
      }))
    this.#hasActions = tables.includes('fact_action_metrics')
    this.#clicks = CLICK_SOURCES.map((source) => [source, toReader(MEASURES[source])])
  }

  /**
   * Adds the rows of a record. False, and nothing is added, when it has to be decoded for that. Throws
   * UnreadableRecord when none can be made of it.
   */
  add(spansOf: SpansOf, records: PlainRecords, index: number, key: FactKey): boolean {
    for (const list of this.#lists.values()) if (!list.take(records, index)) return false
    const base = index * RECORD_SIZE
    for (const { table, breakdowns, measures } of this.#tables) {
      const texts = breakdowns.map((read) => read(records, base))
      const spans = spansOf(table)
      for (const [i, text] of texts.entries()) spans.texts[i]?.push(text)
      let place = spans.begin(key)
      for (const read of measures) {
        read(records, base, spans.places, place)
        place += 2
      }
    }
    if (this.#hasActions) this.#addActions(spansOf('fact_action_metrics'), records, key)
    return true
  }

  /** The first candidate of the click cascade that the record which was added last carries; null when none. */
  clickSource(records: PlainRecords, index: number): ClickSource | null {
    const found = new Int32Array(2)
    for (const [source, read] of this.#clicks) {
      read(records, index * RECORD_SIZE, found, 0)
      if (found[0] !== 0) return source
    }
    return null
  }

  /** As `addFactRows` does: a row for each type that is counted, and for each that only has a value. */
  #addActions(spans: FactSpans, { items }: PlainRecords, key: FactKey): void {
    const counts = listOf(this.#lists, 'actions')
    const values = listOf(this.#lists, 'action_values')
    for (let item = counts.first; item < counts.end; item += ITEM_SIZE) {
      const type = items[item] ?? 0
      const place = spans.begin(key)
      spans.texts[0]?.push(this.#types.textOf(type))
      const value = values.find(type)
      copyPlace(items, item + VALUE, spans.places, place)
      if (value !== NONE) copyPlace(items, value + VALUE, spans.places, place + 2)
      for (let i = 1; i < ITEM_NUMBERS.length; i += 1)
        copyPlace(items, item + VALUE + 2 * i, spans.places, place + 2 + 2 * i)
    }
    for (let item = values.first; item < values.end; item += ITEM_SIZE) {
      const type = items[item] ?? 0
      if (counts.find(type) !== NONE) continue
      const place = spans.begin(key)
      spans.texts[0]?.push(this.#types.textOf(type))
      copyPlace(items, item + VALUE, spans.places, place + 2)
    }
  }
}

/** Where an item's value is kept, from where the item is. */
const VALUE = 1

interface TableReader {
  readonly table: RecordTable
  readonly breakdowns: readonly ((records: PlainRecords, base: number) => string | null)[]
  readonly measures: readonly Reader[]
}

/** Puts where a number of the record at `base` stands into `target`; leaves it as it is when the number is absent. */
type Reader = (records: PlainRecords, base: number, target: Int32Array, place: number) => void

function readerOf(source: Source, types: ByteNames, lists: ReadonlyMap<ListField, ItemsByType>): Reader {
  if (!('list' in source)) {
    const slot = slotOf('count' in source ? source.count : source.amount)
    return ({ fields }, base, target, place) => copyPlace(fields, base + 2 * slot, target, place)
  }
  const encoder = new TextEncoder()
  const idOf = (type: string) => {
    const bytes = encoder.encode(type)
    return types.idOf(bytes, 0, bytes.length)
  }
  const list = listOf(lists, source.list)
  if ('type' in source) {
    const type = idOf(source.type)
    return ({ items }, _base, target, place) => {
      const item = list.find(type)
      if (item !== NONE) copyPlace(items, item + VALUE, target, place)
    }
  }
  const aliases = CONVERSIONS[source.conversion].map(idOf)
  const both = [listOf(lists, 'actions'), listOf(lists, 'action_values')]
  return ({ items }, _base, target, place) => {
    // As `conversionType` does.
    for (const each of both)
      for (const type of aliases) {
        if (each.find(type) === NONE) continue
        const item = list.find(type)
        if (item !== NONE) copyPlace(items, item + VALUE, target, place)
        return
      }
  }
}

function listOf(lists: ReadonlyMap<ListField, ItemsByType>, field: ListField): ItemsByType {
  const list = lists.get(field)
  if (list === undefined) throw new RangeError(`"${field}" is not read of insights records`)
  return list
}

function copyPlace(from: Int32Array, at: number, target: Int32Array, place: number): void {
  target[place] = from[at] ?? 0
  target[place + 1] = from[at + 1] ?? 0
}

/** Throws UnreadableRecord, as of a decoded record. */
function breakdownReader(
  field: string,
  names: ByteNames,
): (records: PlainRecords, base: number) => string | null {
  const slot = slotOf(field)
  const known: (string | null)[] = []
  return ({ fields }, base) => {
    const text = (fields[base + 2 * slot] ?? 0) - 1
    if (text === NONE) return null
    const read = known[text]
    if (read !== undefined) return read
    const breakdown = readBreakdown({ [field]: names.textOf(text) }, field)
    known[text] = breakdown
    return breakdown
  }
}

/** The items that the record which was taken last has in one of its lists. */
class ItemsByType {
  readonly #slot: number
  /** Of each type the last record that had it, and its item there. */
  #records = new Int32Array(64)
  #items = new Int32Array(64)
  #record = 0
  /** Where the items are kept. */
  first = 0
  end = 0

  constructor(field: ListField) {
    this.#slot = slotOf(field)
  }

  /** False when two items are of one type. */
  take({ fields, items, types }: PlainRecords, index: number): boolean {
    const at = index * RECORD_SIZE + 2 * this.#slot
    this.#record += 1
    this.first = ITEM_SIZE * ((fields[at] ?? 0) - 1)
    this.end = ITEM_SIZE * ((fields[at + 1] ?? 0) - 1)
    if (types.size > this.#records.length) this.#widen(types.size)
    for (let item = this.first; item < this.end; item += ITEM_SIZE) {
      const type = items[item] ?? 0
      if (this.#records[type] === this.#record) return false
      this.#records[type] = this.#record
      this.#items[type] = item
    }
    return true
  }

  /** Where the item of a type is kept. */
  find(type: number): number {
    return this.#records[type] === this.#record ? (this.#items[type] ?? NONE) : NONE
  }

  #widen(size: number): void {
    const records = new Int32Array(2 * size)
    records.set(this.#records)
    this.#records = records
    const items = new Int32Array(2 * size)
    items.set(this.#items)
    this.#items = items
  }
}
