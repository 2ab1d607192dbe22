import { GRAPH_ERROR_KINDS, GraphError, isGraphError } from '../extract/graph-error.ts'
import { parseAccount } from '../load/known-accounts.ts'
import { parseRequest, parseTally } from '../load/queue/requests.ts'
import { readRunRows, readSeen } from '../load/queue/summaries.ts'
import type { Row, Warehouse } from '../load/session.ts'
import type { AdObjectKind } from '../model/ad-object.ts'
import { isObjectId, type ObjectId, toObjectId, UNKNOWN_ID } from '../model/object-id.ts'
import { addTallies, NO_TALLY } from '../model/queued-request.ts'
import { REPORT_NAMES, type ReportName } from '../model/report.ts'
import { type InsightsRequest, rangeOf, sliceCount } from '../model/slice.ts'
import type { SyncSummary } from '../pipeline/sync-summary.ts'
import { SyncTally } from '../pipeline/sync-tally.ts'

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
  const found = await readRunRows(warehouse, runId)
  if (found === null) throw new Error(`There is no run ${runId}.`)
  const planned: InsightsRequest[] = []
  const failedAccounts = new Map<ObjectId, { accountId: ObjectId; error: Error }>()
  const stoppedSources = new Map<string, Error>()
  const failedRequests: { request: InsightsRequest; error: Error }[] = []
  const refusedFields = new Map<string, { accountId: ObjectId; field: string }>()
  let tally = NO_TALLY
  let [loaded, failed, skipped] = [0, 0, 0]
  for (const row of found.requests) {
    const own = parseTally(row.outcome)
    tally = addTallies(tally, own)
    const [request] = parseRequest(row)
    const error = restoreError(row)
    if (request === undefined) {
      const accountId = toObjectId(row.account_id)
      if (error === null) continue
      if (row.account_id === UNKNOWN_ID) stoppedSources.set(String(row.source), error)
      else if (accountId !== null) failedAccounts.set(accountId, { accountId, error })
      continue
    }
    for (const field of own.refusedFields)
      refusedFields.set(`${request.accountId} ${field}`, { accountId: request.accountId, field })
    const { facts, accountId, source } = request
    if (error !== null && isGraphError(error, 'auth', 'deprecated')) stoppedSources.set(source, error)
    if (error !== null && (facts === null || concernsAccount(row)))
      failedAccounts.set(accountId, { accountId, error })
    if (facts === null) continue
    planned.push(facts)
    const slices = sliceCount(facts)
    const left = slices - own.unchanged
    const ownFailed = row.status === 'failed' ? Math.min(own.failed || slices, left) : 0
    if (row.status === 'failed' && error !== null) failedRequests.push({ request: facts, error })
    if (row.status === 'done' || row.status === 'failed') {
      failed += ownFailed
      loaded += left - ownFailed
    } else skipped += left
  }
  const slices = {
    planned: loaded + tally.unchanged + failed + skipped,
    loaded,
    unchanged: tally.unchanged,
    failed,
    skipped,
  }
  const range = rangeOf(planned)
  const planError = found.run.error === null ? null : String(found.run.error)
  const isIncomplete =
    failed + skipped > 0 || failedAccounts.size + stoppedSources.size > 0 || planError !== null
  const hasLoaded = loaded + tally.unchanged > 0
  return {
    summary: {
      runId,
      status: isIncomplete ? (hasLoaded ? 'partial' : 'failed') : 'succeeded',
      since: range?.since ?? null,
      until: range?.until ?? null,
      accounts: found.accounts.flatMap(parseAccount),
      stoppedSources: [...stoppedSources].map(([name, error]) => ({ name, error })),
      failedAccounts: [...failedAccounts.values()],
      failedRequests,
      slices,
      rows: { ...new SyncTally().rows, ...tally.rows },
      rejected: tally.rejected,
      apiCalls: tally.apiCalls,
      durationMs: 0,
      checks: [],
    },
    reports: REPORT_NAMES.filter((name) => planned.some(({ report }) => report === name)),
    seenIds: {
      campaign: new Set((await readSeen(warehouse, runId, 'seen_campaigns')).filter(isKnown)),
      adset: new Set((await readSeen(warehouse, runId, 'seen_adsets')).filter(isKnown)),
      ad: new Set((await readSeen(warehouse, runId, 'seen_ads')).filter(isKnown)),
    },
    refusedFields: [...refusedFields.values()],
    planError,
  }
}

function isKnown(id: string): id is ObjectId {
  return isObjectId(id) && id !== UNKNOWN_ID
}

/** True when the error gives up more than its request. */
function concernsAccount({ error_kind }: Row): boolean {
  return error_kind === 'permission' || error_kind === 'auth'
}

/** The error of a request that ended elsewhere, with what of it decides about the exit status. */
export function restoreError({ error, error_kind }: Row): Error | null {
  if (error === null || error === undefined) return null
  const kind = GRAPH_ERROR_KINDS.find((each) => each === error_kind)
  if (kind === undefined) return new Error(String(error))
  const restored = new GraphError({ kind, what: '', text: '', accountId: null })
  restored.message = String(error)
  return restored
}
