import type { RequestSize } from '../model/request-size.ts'

/** Rows of a page at first. The API names no most; where it finds this too much, what it gives is remembered. */
const INSIGHTS_LIMIT = 1_000

/** The most that is asked for at once. */
export const LARGEST: RequestSize = { mode: 'sync', pageLimit: INSIGHTS_LIMIT, days: null, campaigns: null }

/** Campaigns of a request at first, once a day is too much. */
const FIRST_CAMPAIGNS = 64

/**
 * What to try when a request of this size and so many days was too heavy, and smaller pages did not help: a report
 * run, then half the days, then one day's campaigns in groups, which the read halves by itself. Null: there is
 * nothing less to ask for.
 */
export function smaller(size: RequestSize, days: number): RequestSize | null {
  if (size.mode === 'sync') return { ...size, mode: 'async', pageLimit: INSIGHTS_LIMIT }
  if (days > 1) return { ...size, days: Math.ceil(days / 2) }
  return size.campaigns === null ? { ...size, days: 1, campaigns: FIRST_CAMPAIGNS } : null
}

/** One step back up, to be tried once a size has proved itself; `mostDays` is what the plan asks for at most. */
export function larger(size: RequestSize, mostDays: number): RequestSize {
  if (size.campaigns !== null) {
    return { ...size, campaigns: size.campaigns < FIRST_CAMPAIGNS ? size.campaigns * 2 : null }
  }
  if (size.days !== null) return { ...size, days: size.days * 2 < mostDays ? size.days * 2 : null }
  if (size.mode === 'async') return { ...size, mode: 'sync' }
  return { ...size, pageLimit: Math.min(INSIGHTS_LIMIT, size.pageLimit * 2) }
}

/** True when `size` asks for less than `other`: what counts first is what is shrunk last. */
export function isLess(size: RequestSize, other: RequestSize): boolean {
  const [mine, theirs] = [ranks(size), ranks(other)]
  const at = mine.findIndex((rank, index) => rank !== theirs[index])
  return at >= 0 && (mine[at] ?? 0) < (theirs[at] ?? 0)
}

function ranks({ mode, pageLimit, days, campaigns }: RequestSize): number[] {
  return [campaigns ?? Infinity, days ?? Infinity, mode === 'sync' ? 1 : 0, pageLimit]
}
