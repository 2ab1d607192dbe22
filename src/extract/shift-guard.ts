import { isJsonObject, type JsonObject } from '../model/exact-json.ts'
import type { InsightRecord } from '../model/insight-record.ts'
import { toObjectId } from '../model/object-id.ts'
import { RecordPage } from '../model/record-page.ts'

/**
 * The figures of which a direct read asks for the sum beside each page: additive and exact, so that equal sums
 * mean equal rows. Those of unique people are estimates, and dear.
 */
export const SUMMED_FIELDS = ['spend', 'impressions', 'clicks', 'actions', 'action_values'] as const

/** Tells whether the rows of one read have stayed where they were from its first page to its last. */
export interface ShiftGuard {
  /** False when the sums that stand beside the page differ from those of the pages before it. */
  sameSums(page: JsonObject): boolean
  /**
   * The rows of a page. Null when one has come with an earlier page, and did not in an earlier read: a row that is
   * sent twice at each read is sent twice by the API, and counts once.
   */
  newOf(page: RecordPage): RecordPage | null
}

/**
 * Cursors of insights are offsets: a row that appears while pages are read moves others onto the next page a
 * second time, and one that vanishes moves others onto the page that was read, where nobody sees them. The first
 * shows as a repeated key, the row's grain as sent: day, ad and the breakdown columns. The second shows
 * only in the sums over all rows, which change with any row. Within one page each row is a row of its own; rows
 * without an ad's id cannot be told apart.
 *
 * `repeats` are the keys that earlier reads of the same request have found twice; those of this one are added.
 *
 * Holds one bit for each ad and each combination of the other columns: 20,000 ads × 7 days × 18 breakdown
 * values are 315 KB.
 */
export function createShiftGuard(breakdowns: readonly string[], repeats: Set<string>): ShiftGuard {
  const columns = ['date_start', ...breakdowns]
  const indexOf = createAdIndexes()
  const groupOf = createGroups(columns)
  let sums: string | null = null

  return {
    sameSums({ summary }) {
      if (!isJsonObject(summary)) return true
      const text = JSON.stringify(SUMMED_FIELDS.map((field) => summary[field] ?? null))
      const isSame = sums === null || sums === text
      sums = text
      return isSame
    },

    newOf(page) {
      const groups: Group[] = []
      const indexes: number[] = []
      const again = new Set<number>()
      let moved = false
      for (let i = 0; i < page.length; i += 1) {
        const record = page.textsAt(i)
        const index = indexOf(record.ad_id)
        if (index === null) continue
        const group = groupOf(record)
        groups.push(group)
        indexes.push(index)
        if (!hasBit(group.seen, index)) continue
        again.add(i)
        const key = `${record.ad_id} ${group.key}`
        moved ||= !repeats.has(key)
        repeats.add(key)
      }
      // Only now: within one page each row is a row of its own.
      for (const [i, group] of groups.entries()) group.seen = withBit(group.seen, indexes[i] ?? 0)
      if (moved) return null
      return again.size === 0 ? page : new RecordPage([...page].filter((_, i) => !again.has(i)))
    },
  }
}

/** The place of an ad among the others, by its id as sent; null when it is no id. */
function createAdIndexes(): (adId: unknown) => number | null {
  const indexes = new Map<unknown, number>()
  let ads = 0
  return (sent) => {
    const known = indexes.get(sent)
    if (known !== undefined) return known
    const id = toObjectId(sent)
    if (id === null) return null
    const index = indexes.get(id) ?? ads++
    indexes.set(id, index)
    indexes.set(sent, index)
    return index
  }
}

/** Rows that differ in their ads alone. */
interface Group {
  readonly key: string
  /** Of which ads one has come, by their places. */
  seen: Uint8Array<ArrayBuffer> | undefined
}

/** The group of a row, by its columns as sent. */
function createGroups(columns: readonly string[]): (record: InsightRecord) => Group {
  interface Branch {
    readonly texts: Map<string, Branch>
    /** By what is no text, as JSON. */
    readonly others: Map<string, Branch>
    group: Group | null
  }
  const newBranch = (): Branch => ({ texts: new Map(), others: new Map(), group: null })
  const root = newBranch()
  return (record) => {
    let branch = root
    for (const column of columns) {
      const sent = record[column] ?? null
      const isText = typeof sent === 'string'
      const branches = isText ? branch.texts : branch.others
      const value = isText ? sent : JSON.stringify(sent)
      const next = branches.get(value) ?? newBranch()
      branches.set(value, next)
      branch = next
    }
    branch.group ??= { key: JSON.stringify(columns.map((column) => record[column] ?? null)), seen: undefined }
    return branch.group
  }
}

function hasBit(bits: Uint8Array | undefined, index: number): boolean {
  return (((bits?.[index >> 3] ?? 0) >> (index & 7)) & 1) === 1
}

function withBit(bits: Uint8Array<ArrayBuffer> | undefined, index: number): Uint8Array<ArrayBuffer> {
  const position = index >> 3
  const wide = bits && position < bits.length ? bits : widened(bits, position)
  wide[position] = (wide[position] ?? 0) | (1 << (index & 7))
  return wide
}

function widened(bits: Uint8Array | undefined, position: number): Uint8Array<ArrayBuffer> {
  const wide = new Uint8Array(Math.max(64, (position + 1) * 2))
  if (bits) wide.set(bits)
  return wide
}
