import type { ReportRunMemory } from '../extract/report-run-memory.ts'
import { findReportRun, forgetReportRun, keepReportRun } from '../load/report-runs.ts'
import type { Warehouse } from '../load/session.ts'
import { dayIn, daysBetween } from '../model/calendar-date.ts'
import { type InsightsRequest, LOOKBACK_DAYS } from '../model/slice.ts'

/** From this age on, in days, the API restates a day no more; two more, since the run's day is counted in UTC. */
const FROZEN_DAYS = LOOKBACK_DAYS + 2
/** A run may take so long when it is waited for; one that was lost sight of is worth no less. */
const FRESH_MS = 60 * 60_000
/** The API forgets a run after 30 days. */
const KEPT_MS = 30 * 86_400_000

/**
 * The report runs of a request that a sync before may have left behind. One is taken up only while its figures
 * are as good as a new one's: the result is as old as the run, and the ledger takes it for today's.
 */
export function knownReportRuns(
  warehouse: Warehouse,
  request: InsightsRequest,
  nowMs: () => number,
): ReportRunMemory {
  const { accountId } = request
  return {
    async find(fingerprint) {
      const run = await findReportRun(warehouse, accountId, fingerprint)
      if (run === null) return null
      const isFrozen = daysBetween(request.until, dayIn('UTC', run.submittedMs)) >= FROZEN_DAYS
      if (nowMs() - run.submittedMs < (isFrozen ? KEPT_MS : FRESH_MS)) return run
      await forgetReportRun(warehouse, accountId, fingerprint)
      return null
    },
    keep: (fingerprint, run) => keepReportRun(warehouse, request, fingerprint, run),
    forget: (fingerprint) => forgetReportRun(warehouse, accountId, fingerprint),
  }
}
