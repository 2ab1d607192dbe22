import { isJsonObject, type JsonObject } from '../model/exact-json.ts'
import type { InsightRecord } from '../model/insight-record.ts'
import { toObjectId } from '../model/object-id.ts'

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
  newOf(records: readonly InsightRecord[]): InsightRecord[] | null
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
  const adIndexes = new Map<string, number>()
  const seen = new Map<string, Uint8Array<ArrayBuffer>>()
  let sums: string | null = null

  function indexOf(adId: string): number {
    const index = adIndexes.get(adId) ?? adIndexes.size
    adIndexes.set(adId, index)
    return index
  }

  return {
    sameSums({ summary }) {
      if (!isJsonObject(summary)) return true
      const text = JSON.stringify(SUMMED_FIELDS.map((field) => summary[field] ?? null))
      const isSame = sums === null || sums === text
      sums = text
      return isSame
    },

    newOf(records) {
      const marks: [string, number][] = []
      let moved = false
      const fresh = records.filter((record) => {
        const adId = toObjectId(record.ad_id)
        if (adId === null) return true
        const group = JSON.stringify(columns.map((column) => record[column] ?? null))
        const index = indexOf(adId)
        marks.push([group, index])
        if (!hasBit(seen.get(group), index)) return true
        const key = `${adId} ${group}`
        moved ||= !repeats.has(key)
        repeats.add(key)
        return false
      })
      // Only now: within one page each row is a row of its own.
      for (const [group, index] of marks) seen.set(group, withBit(seen.get(group), index))
      return moved ? null : fresh
    },
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
