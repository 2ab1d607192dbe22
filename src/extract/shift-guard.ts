import type { InsightRecord } from '../model/insight-record.ts'
import { toObjectId } from '../model/object-id.ts'

/**
 * Keeps the rows of a page whose key has not come with an earlier page. The key is the row's grain as sent:
 * account, day, ad and the breakdown columns. Cursors of insights are offsets, so a row that appears while
 * pages are read shifts others onto the next page a second time; a list that is read again brings all twice.
 * Rows without an ad's id cannot be told apart and are kept.
 *
 * Holds one bit for each ad and each combination of the other columns: 20,000 ads × 7 days × 18 breakdown
 * values are 315 KB.
 */
export function createRowFilter(
  breakdowns: readonly string[],
): (page: readonly InsightRecord[]) => InsightRecord[] {
  const columns = ['account_id', 'date_start', ...breakdowns]
  const adIndexes = new Map<string, number>()
  const seen = new Map<string, Uint8Array<ArrayBuffer>>()

  function indexOf(adId: string): number {
    const index = adIndexes.get(adId) ?? adIndexes.size
    adIndexes.set(adId, index)
    return index
  }

  return (page) => {
    const marks: [string, number][] = []
    const fresh = page.filter((record) => {
      const adId = toObjectId(record.ad_id)
      if (adId === null) return true
      const group = JSON.stringify(columns.map((column) => record[column] ?? null))
      const index = indexOf(adId)
      marks.push([group, index])
      return !hasBit(seen.get(group), index)
    })
    // Only now: within one page each row is a row of its own.
    for (const [group, index] of marks) seen.set(group, withBit(seen.get(group), index))
    return fresh
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
