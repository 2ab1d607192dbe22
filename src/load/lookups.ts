import pLimit from 'p-limit'
import { categoryOf, isCanonical } from '../model/action-type.ts'
import { LOOKUPS, type Lookup } from '../model/fact.ts'
import { advisoryKey, LOCK_UNTIL_END } from './advisory-lock.ts'
import { retryTransaction } from './retry-transaction.ts'
import type { Session, Warehouse } from './session.ts'
import { storableText } from './storable-text.ts'

/** The id that stands for one of the values that were asked for; 0 for an unknown one. */
export type IdOf = (value: string | null) => string

/** Members of the lookups that have been seen, by their text. One for a process and a warehouse. */
export interface Lookups {
  /**
   * The ids of `values`. Values that are new become members at once, in a transaction of their own: a member is
   * true whatever becomes of the load that brought it, and its id never changes.
   */
  idsOf(warehouse: Warehouse, lookup: Lookup, values: Iterable<string | null>): Promise<IdOf>
}

/** The id of what is unknown. */
export const UNKNOWN_MEMBER = '0'

interface LookupTable {
  readonly text: string
  /** Under which text a value is stored: the API is not of one mind about upper and lower case. */
  toText(value: string): string
  /** Columns besides the text, with their types, and what a new member has in them. */
  readonly others: Readonly<Record<string, 'text' | 'boolean'>>
  toOthers(text: string): Readonly<Record<string, string | boolean>>
}

const NO_OTHERS = { others: {}, toOthers: () => ({}) }

const TABLES: Readonly<Record<Lookup, LookupTable>> = {
  age_group: { text: 'age_group', toText: (value) => value, ...NO_OTHERS },
  gender: { text: 'gender', toText: (value) => value.toLowerCase(), ...NO_OTHERS },
  country: {
    text: 'country_code',
    toText: (value) => value.toUpperCase(),
    others: { country_name: 'text' },
    toOthers: (text) => ({ country_name: text }),
  },
  action_type: {
    text: 'action_type',
    toText: (value) => value,
    others: { category: 'text', is_canonical: 'boolean' },
    toOthers: (text) => ({ category: categoryOf(text), is_canonical: isCanonical(text) }),
  },
}

export function createLookups(): Lookups {
  const known = new Map(LOOKUPS.map((lookup) => [lookup, new Map<string, string>()]))
  // One at a time: two loads that meet the same new value ask once.
  const queue = pLimit(1)
  return {
    async idsOf(warehouse, lookup, values) {
      const ids = known.get(lookup) ?? new Map<string, string>()
      const asked = [...values]
      const texts = new Set(asked.map((value) => toText(lookup, value)).filter((text) => text !== null))
      const isNew = (text: string) => !ids.has(text)
      if ([...texts].some(isNew))
        await queue(async () => {
          const unseen = [...texts].filter(isNew).sort()
          if (unseen.length === 0) return
          for (const [text, id] of await warehouse.use((session) =>
            addMembers(session, warehouse.schema, lookup, unseen),
          ))
            ids.set(text, id)
        })
      const toId = (value: string | null): string => {
        const text = toText(lookup, value)
        const id = text === null ? UNKNOWN_MEMBER : ids.get(text)
        if (id === undefined) throw new Error(`dim_${lookup} has no member "${text}": it was not asked for`)
        return id
      }
      const found = new Map(asked.map((value) => [value, toId(value)]))
      return (value) => found.get(value) ?? toId(value)
    },
  }
}

/** Null is the unknown member: a value that is absent, empty or literally "unknown". */
function toText(lookup: Lookup, value: string | null): string | null {
  const trimmed = storableText(value ?? '').trim()
  return trimmed === '' || trimmed.toLowerCase() === 'unknown' ? null : TABLES[lookup].toText(trimmed)
}

/** The id of each text, after those that are missing were added. */
async function addMembers(
  session: Session,
  schema: string,
  lookup: Lookup,
  texts: readonly string[],
): Promise<[string, string][]> {
  const found = await findMembers(session, lookup, texts)
  if (found.length === texts.length) return found
  const { text, others, toOthers } = TABLES[lookup]
  const columns = [text, ...Object.keys(others)].join(', ')
  const types = [`${text} text`, ...Object.entries(others).map(([name, type]) => `${name} ${type}`)].join(
    ', ',
  )
  const members = JSON.stringify(texts.map((value) => ({ [text]: value, ...toOthers(value) })))
  return retryTransaction(session, async () => {
    // Without the lock, two processes that add the same member would both take a number for it.
    await session.query(LOCK_UNTIL_END, [advisoryKey(schema, 'lookup', lookup)])
    await session.query(
      `INSERT INTO dim_${lookup} (${columns})
       SELECT ${columns} FROM json_to_recordset($1::json) AS new (${types})
        WHERE ${text} NOT IN (SELECT ${text} FROM dim_${lookup}) ORDER BY ${text}`,
      [members],
    )
    return findMembers(session, lookup, texts)
  })
}

async function findMembers(
  session: Session,
  lookup: Lookup,
  texts: readonly string[],
): Promise<[string, string][]> {
  const { text } = TABLES[lookup]
  const rows = await session.query(
    `SELECT ${text} AS text, ${lookup}_id AS id FROM dim_${lookup}
      WHERE ${text} IN (SELECT json_array_elements_text($1::json))`,
    [JSON.stringify(texts)],
  )
  return rows.map((row) => [String(row.text), String(row.id)])
}
