import type { GraphError } from '../extract/graph-error.ts'
import { readRequestSizes, saveRequestSize } from '../load/request-sizes.ts'
import type { Warehouse } from '../load/session.ts'
import type { ObjectId } from '../model/object-id.ts'
import type { ReportName } from '../model/report.ts'
import type { RequestSize } from '../model/request-size.ts'
import { isLess, LARGEST, larger, smaller } from './request-size.ts'

/** After a refusal, no more is asked for before so much time has gone by and so many requests have succeeded. */
const GROW_AFTER_MS = 7 * 86_400_000
const GROW_AFTER_SUCCESSES = 10

/** One request's attempt at a size, and what it teaches. */
export interface SizedAttempt {
  readonly size: RequestSize
  /** Less had to be asked for while reading; it is remembered at once. */
  readonly onLess: (less: RequestSize, error: GraphError) => Promise<void>
  /** The request was too heavy. Returns the size to try next, null when there is none. */
  tooHeavy(days: number, error: GraphError): Promise<RequestSize | null>
  succeeded(): Promise<void>
}

/** How much of an account's reports to ask for at once: what its requests have taught, in this sync and before. */
export interface RequestSizes {
  /** `mostDays` is what the plan asks for at most. */
  attempt(report: ReportName, mostDays: number): SizedAttempt
}

/**
 * Remembers in the warehouse, where a report has a row from its first refusal until it has grown back. A size
 * grows one step at a time, and after a refusal not for a week: of what is too heavy for good, one request a week
 * fails.
 */
export async function createRequestSizes(
  warehouse: Warehouse,
  accountId: ObjectId,
  nowMs: () => number,
): Promise<RequestSizes> {
  const learned = await readRequestSizes(warehouse, accountId)

  const sizeOf = (report: ReportName, mostDays: number): RequestSize => {
    const known = learned.get(report)
    if (known === undefined) return LARGEST
    const { successes, refusedAtMs } = known
    if (successes < GROW_AFTER_SUCCESSES || nowMs() - refusedAtMs < GROW_AFTER_MS) return known
    const grown = { ...known, ...larger(known, mostDays), successes: 0 }
    learned.set(report, grown)
    return grown
  }

  return {
    attempt(report, mostDays) {
      const size = toSize(sizeOf(report, mostDays))
      let used = size
      const shrink = async (less: RequestSize, error: GraphError): Promise<void> => {
        const known = learned.get(report) ?? LARGEST
        const size = isLess(less, known) ? less : toSize(known)
        const refused = { ...size, successes: 0, refusedAtMs: nowMs(), refusal: error.message }
        learned.set(report, refused)
        await saveRequestSize(warehouse, accountId, report, refused)
      }
      return {
        size,
        onLess(less, error) {
          used = less
          return shrink(less, error)
        },
        async tooHeavy(days, error) {
          const known = toSize(learned.get(report) ?? LARGEST)
          // Another request has been here: try what it has found first.
          if (isLess(known, used)) return known
          const less = smaller(used, days)
          if (less !== null) await shrink(less, error)
          return less
        },
        async succeeded() {
          const known = learned.get(report)
          if (known === undefined || isLess(used, known) || isLess(known, used)) return
          const proven = isLess(used, LARGEST) ? { ...known, successes: known.successes + 1 } : null
          if (proven === null) learned.delete(report)
          else learned.set(report, proven)
          await saveRequestSize(warehouse, accountId, report, proven)
        },
      }
    },
  }
}

function toSize({ mode, pageLimit, days, campaigns }: RequestSize): RequestSize {
  return { mode, pageLimit, days, campaigns }
}
