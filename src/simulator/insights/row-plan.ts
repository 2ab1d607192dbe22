import type { InsightsRow } from './insights-row.ts'
import type { InsightsUnit } from './insights-units.ts'

/** The rows of an answer, found page by page. */
export interface RowPlan {
  /** At most `count` rows from `start` on. */
  slice(start: number, count: number): InsightsRow[]
  /** Whether there is a row at `index`. */
  has(index: number): boolean
}

/** Remembers where each unit's rows begin, as far as it has been asked, and none of the rows. */
export function createRowPlan(units: Iterable<InsightsUnit>): RowPlan {
  const source = units[Symbol.iterator]()
  const found: { readonly start: number; readonly unit: InsightsUnit }[] = []
  let total = 0
  let isDone = false
  const reach = (index: number) => {
    while (!isDone && total <= index) {
      const next = source.next()
      if (next.done) isDone = true
      else {
        const count = next.value.count()
        if (count > 0) found.push({ start: total, unit: next.value })
        total += count
      }
    }
    return total > index
  }
  return {
    has: reach,
    slice: (start, count) => {
      if (count <= 0) return []
      reach(start + count - 1)
      const rows: InsightsRow[] = []
      for (let i = lastAtOrBefore(found, start); i < found.length && rows.length < count; i++) {
        const entry = found[i]
        if (!entry) break
        const skip = Math.max(0, start - entry.start)
        rows.push(...entry.unit.rows().slice(skip, skip + count - rows.length))
      }
      return rows
    },
  }
}

/** All rows at once, in the order of `compare`. */
export function createSortedPlan(
  units: Iterable<InsightsUnit>,
  compare: (a: InsightsRow, b: InsightsRow) => number,
): RowPlan {
  const rows = [...units].flatMap((unit) => unit.rows()).sort(compare)
  return {
    has: (index) => index < rows.length,
    slice: (start, count) => rows.slice(start, start + count),
  }
}

function lastAtOrBefore(found: readonly { readonly start: number }[], start: number): number {
  let [low, high] = [0, found.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((found[middle]?.start ?? 0) <= start) low = middle
    else high = middle - 1
  }
  return low
}
