import { parseAccount } from '../load/known-accounts.ts'
import { readRun, readRunAccounts, readRunRequests, readSeen } from '../load/queue/summaries.ts'
import type { Warehouse } from '../load/session.ts'
import type { AdObjectKind } from '../model/ad-object.ts'
import { isObjectId, type ObjectId, UNKNOWN_ID } from '../model/object-id.ts'
import { REPORT_NAMES, type ReportName } from '../model/report.ts'
import type { SyncSummary } from '../pipeline/sync-summary.ts'
import { SyncTally } from '../pipeline/sync-tally.ts'
import { RunSums } from './run-sums.ts'

/** A run of the queue, added up from its requests. */
export interface QueuedSummary {
  /** Its status is what it would be if it ended now; without checks and duration. */
  readonly summary: SyncSummary
  readonly reports: readonly ReportName[]
  readonly seenIds: Readonly<Record<AdObjectKind, ReadonlySet<ObjectId>>>
  readonly refusedFields: readonly { readonly accountId: ObjectId; readonly field: string }[]
  /** Why not all of it could be planned. */
  readonly planError: string | null
}

/** Rejects when there is no such run. */
export async function readSummary(warehouse: Warehouse, runId: string): Promise<QueuedSummary> {
  const run = await readRun(warehouse, runId)
  if (run === null) throw new Error(`There is no run ${runId}.`)
  const sums = new RunSums()
  for await (const rows of readRunRequests(warehouse, runId)) for (const row of rows) sums.add(row)
  const { slices, tally, stoppedSources, failedAccounts, failedRequests } = sums
  const planError = typeof run.plan_error === 'string' ? run.plan_error : null
  const isIncomplete =
    slices.failed + slices.skipped + failedAccounts.size + stoppedSources.size > 0 || planError !== null
  return {
    summary: {
      runId,
      status: isIncomplete ? (slices.loaded + slices.unchanged > 0 ? 'partial' : 'failed') : 'succeeded',
      since: sums.range?.since ?? null,
      until: sums.range?.until ?? null,
      accounts: (await readRunAccounts(warehouse, runId)).flatMap(parseAccount),
      stoppedSources: [...stoppedSources].map(([name, error]) => ({ name, error })),
      failedAccounts: [...failedAccounts].map(([accountId, error]) => ({ accountId, error })),
      failedRequests,
      slices,
      rows: { ...new SyncTally().rows, ...tally.rows },
      rejected: tally.rejected,
      apiCalls: tally.apiCalls,
      durationMs: 0,
      checks: [],
    },
    reports: REPORT_NAMES.filter((name) => sums.reports.has(name)),
    seenIds: {
      campaign: new Set((await readSeen(warehouse, runId, 'seen_campaigns')).filter(isKnown)),
      adset: new Set((await readSeen(warehouse, runId, 'seen_adsets')).filter(isKnown)),
      ad: new Set((await readSeen(warehouse, runId, 'seen_ads')).filter(isKnown)),
    },
    refusedFields: [...sums.refusedFields.values()],
    planError,
  }
}

function isKnown(id: string): id is ObjectId {
  return isObjectId(id) && id !== UNKNOWN_ID
}
