import { finishBuilds } from '../load/finish-builds.ts'
import type { Warehouse } from '../load/session.ts'

/** How long what is loaded may stay out of sight while a sync goes on. */
const MAX_HIDDEN_MS = 5 * 60_000

/**
 * Finishes builds when there has been time enough for some to gather: the rows of a month that come before its first
 * partition cost a fraction of those that come after it.
 */
export function createDueBuilds(warehouse: Warehouse, nowMs: () => number): () => Promise<void> {
  let finishedMs = nowMs()
  return async () => {
    const elapsed = nowMs() - finishedMs
    // A clock may be set back meanwhile.
    if (elapsed >= 0 && elapsed < MAX_HIDDEN_MS) return
    finishedMs = nowMs()
    await finishBuilds(warehouse)
  }
}
