import { isGraphError } from '../extract/graph-error.ts'
import { isRefusedBreakdown } from '../extract/refused-fields.ts'
import { recordFailure } from '../load/ledger.ts'
import { daysOf } from '../model/calendar-date.ts'
import type { ReportName } from '../model/report.ts'
import { type InsightsRequest, type LedgerEntry, sliceCount } from '../model/slice.ts'
import { allOrStop } from './all-or-stop.ts'
import type { DueBuilds } from './due-builds.ts'
import { toRequests } from './plan.ts'
import { createRequestSizes } from './request-sizes.ts'
import {
  extractRequest,
  type LoadedRequest,
  loadRequest,
  type RequestTools,
  recordsOf,
  type TransformedRequest,
  transformRequest,
} from './sync-request.ts'
import type { SyncTally } from './sync-tally.ts'
import { toError } from './to-error.ts'
import { stopsAccount } from './what-stops.ts'
import type { Workers } from './worker-shares.ts'

/** How often a request whose rows move while they are read is read again, the last time by a report run. */
const MAX_REREADS = 3

export interface FactTools extends RequestTools {
  readonly tally: SyncTally
  readonly workers: Workers
  readonly builds: Pick<DueBuilds, 'ended'>
  /** True of what puts the request off instead of failing it: then that is what `syncFacts` rejects with. */
  readonly isPutOff?: (reason: unknown) => boolean
}

/** What there is to load of an account. */
export interface AccountFacts {
  readonly requests: readonly TransformedRequest[]
  readonly ledger: readonly LedgerEntry[]
  /** Done when all requests have begun and a worker is free, unless the account was given up by then. */
  readonly last: ((signal: AbortSignal) => Promise<void>) | null
}

/** What loading an account's requests has shown. */
export interface FactsResult {
  /** True when every request was answered, and none had a record. */
  readonly isEmpty: boolean
  /** Why the account's requests were given up; null when each was tried. */
  readonly refused: Error | null
}

/**
 * Loads the requests of one account. One that is too heavy is asked for again, as less at a time (see
 * `request-size.ts`), and one whose rows move while they are read is read again. A request that fails is recorded
 * in the ledger and stops no other, unless the API does not permit the account at all, which gives the account up,
 * or refuses the report's breakdowns: then the rest of that report fails unasked. Rejects when the token is
 * refused, when the database is gone, and with the signal's reason when aborted.
 */
export async function syncFacts(
  { requests, ledger, last }: AccountFacts,
  tools: FactTools,
  signal: AbortSignal,
): Promise<FactsResult> {
  const [first] = requests
  if (first === undefined) return { isEmpty: true, refused: null }
  const sizes = await createRequestSizes(tools.warehouse, first.request.accountId, tools.nowMs)
  const mostDays = Math.max(...requests.map(({ request }) => sliceCount(request)))
  const refusedReports = new Map<ReportName, Error>()
  let isEmpty = true
  let refused: Error | null = null
  const wasLoaded = new Set(
    ledger.filter((entry) => entry.status === 'loaded').map((entry) => `${entry.report} ${entry.date}`),
  )

  const told = (request: InsightsRequest, { outcome, counts, changedDays }: LoadedRequest): void => {
    const days = daysOf(request.since, request.until)
    const unchanged = days.filter((day) => wasLoaded.has(`${request.report} ${day}`) && !changedDays.has(day))
    const rows = recordsOf(outcome)
    if (rows + outcome.rejects.length > 0) isEmpty = false
    tools.tally.loaded(days.length, unchanged.length, outcome)
    for (const [table, written] of Object.entries(counts)) tools.tally.wrote(table, written)
    tools.onEvent({
      type: 'loaded',
      request,
      slices: days.length,
      unchanged: unchanged.length,
      records: rows,
      counts,
    })
  }

  const failed = async (request: InsightsRequest, error: Error): Promise<void> => {
    const slices = sliceCount(request)
    await recordFailure(tools.warehouse, request, {
      runId: tools.runId,
      error: error.message,
      nowMs: tools.nowMs(),
    })
    isEmpty = false
    tools.tally.failed(slices)
    tools.onEvent({ type: 'slices-failed', request, slices, error })
  }

  const attempt = async (
    transformed: TransformedRequest,
    { rereads, repeats }: EarlierReads,
    stopped: AbortSignal,
  ): Promise<void> => {
    const { request } = transformed
    if (refused !== null) return
    const refusedReport = refusedReports.get(request.report)
    if (refusedReport !== undefined) return failed(request, refusedReport)
    const again = (each: InsightsRequest, earlier: EarlierReads) =>
      attempt(transformRequest(extractRequest(each, tools)), earlier, stopped)

    const sized = sizes.attempt(request.report, mostDays)
    const pieces = piecesOf(request, sized.size.days)
    if (pieces.length > 1) {
      for (const piece of pieces) await again(piece, noEarlierReads())
      return
    }
    // What never stands still while it is paged through does so in the result of a report run.
    const mode = rereads < MAX_REREADS ? sized.size.mode : 'async'
    let loaded: LoadedRequest
    try {
      const asked = { ...sized, size: { ...sized.size, mode }, repeats }
      loaded = await loadRequest(transformed, asked, tools, stopped)
    } catch (reason) {
      stopped.throwIfAborted()
      if (stopsAccount(reason) || tools.isPutOff?.(reason)) throw reason
      const error = toError(reason)
      if (isGraphError(reason, 'too-much-data')) {
        const size = await sized.tooHeavy(sliceCount(request), reason)
        if (size !== null) {
          tools.onEvent({ type: 'asking-for-less', request, size, error })
          return again(request, { rereads, repeats })
        }
      }
      if (isGraphError(reason, 'cursor') && rereads < MAX_REREADS) {
        const { what, accountId } = reason
        tools.onEvent({ type: 'reading-again', what, accountId, error: reason })
        return again(request, { rereads: rereads + 1, repeats })
      }
      if (refusesAccount(reason)) refused = error
      if (isRefusedBreakdown(reason)) refusedReports.set(request.report, error)
      return failed(request, error)
    }
    told(request, loaded)
    await sized.succeeded()
  }

  const loads = requests.map((transformed) => async (stopped: AbortSignal) => {
    await attempt(transformed, noEarlierReads(), stopped)
    await tools.builds.ended(transformed.request)
  })
  const unlessRefused = async (stopped: AbortSignal) => {
    if (refused === null) await last?.(stopped)
  }
  await allOrStop(
    [...loads, unlessRefused].map((task) => (stopped) => tools.workers(() => task(stopped))),
    signal,
  )
  return { isEmpty, refused }
}

/** What the reads of a request before this one have shown: rows moved in each of them. */
interface EarlierReads {
  readonly rereads: number
  readonly repeats: Set<string>
}

function noEarlierReads(): EarlierReads {
  return { rereads: 0, repeats: new Set() }
}

/** True when the API does not permit the account, or does not find it; a report run that is gone says nothing of it. */
function refusesAccount(reason: unknown): boolean {
  if (isGraphError(reason, 'permission')) return true
  return isGraphError(reason, 'not-found') && reason.what.includes('act_')
}

/** The request in parts of so many days at most; itself when null. */
function piecesOf(request: InsightsRequest, days: number | null): InsightsRequest[] {
  const { accountId, report, since, until } = request
  return toRequests(accountId, report, daysOf(since, until), days ?? Infinity)
}
