import { isGraphError } from '../extract/graph-error.ts'
import { DatabaseError } from '../load/database-error.ts'
import { recordFailure } from '../load/ledger.ts'
import { addDays, daysBetween, daysOf } from '../model/calendar-date.ts'
import type { InsightsRequest, LedgerEntry } from '../model/slice.ts'
import { allOrStop } from './all-or-stop.ts'
import { toError } from './find-accounts.ts'
import type { SyncEvent } from './sync-event.ts'
import {
  extractRequest,
  type LoadedRequest,
  loadRequest,
  type RequestTools,
  type TransformedRequest,
  transformRequest,
} from './sync-request.ts'
import type { SyncTally } from './sync-tally.ts'
import type { Workers } from './worker-shares.ts'

export interface FactTools extends RequestTools {
  readonly onEvent: (event: SyncEvent) => void
  readonly tally: SyncTally
  readonly workers: Workers
}

/** What loading an account's requests has shown. */
export interface FactsResult {
  /** True when every request was answered, and none had a record. */
  readonly isEmpty: boolean
  /** Why the account's requests were given up; null when each was tried. */
  readonly refused: Error | null
}

/**
 * Loads the requests of one account. A request that fails is recorded in the ledger and stops no other,
 * unless the API does not permit the account at all. Rejects when the token is refused, when the database
 * is gone, and with the signal's reason when aborted.
 */
export async function syncFacts(
  requests: readonly TransformedRequest[],
  ledger: readonly LedgerEntry[],
  tools: FactTools,
  signal: AbortSignal,
): Promise<FactsResult> {
  let isEmpty = true
  let refused: Error | null = null
  const wasLoaded = new Set(
    ledger.filter((entry) => entry.status === 'loaded').map((entry) => `${entry.report} ${entry.date}`),
  )

  const told = (request: InsightsRequest, { outcome, counts, changedDays }: LoadedRequest): void => {
    const days = daysOf(request.since, request.until)
    const unchanged = days.filter((day) => wasLoaded.has(`${request.report} ${day}`) && !changedDays.has(day))
    const rows = [...outcome.rowCounts.values()].reduce((sum, count) => sum + count, 0)
    if (rows + outcome.rejects.length > 0) isEmpty = false
    tools.tally.loaded(days.length, unchanged.length, outcome)
    for (const [table, written] of Object.entries(counts)) tools.tally.wrote(table, written)
    tools.onEvent({ type: 'loaded', request, slices: days.length, records: rows, counts })
  }

  const failed = async (request: InsightsRequest, error: Error): Promise<void> => {
    const slices = daysBetween(request.since, request.until) + 1
    await recordFailure(tools.warehouse, request, {
      runId: tools.runId,
      error: error.message,
      nowMs: tools.nowMs(),
    })
    isEmpty = false
    tools.tally.failed(slices)
    tools.onEvent({ type: 'slices-failed', request, slices, error })
  }

  const attempt = async (transformed: TransformedRequest, stopped: AbortSignal): Promise<void> => {
    const { request } = transformed
    if (refused !== null) return
    try {
      told(request, await loadRequest(transformed, tools, stopped))
    } catch (reason) {
      stopped.throwIfAborted()
      if (stopsEverything(reason)) throw reason
      const error = toError(reason)
      const halves = isGraphError(reason, 'too-much-data') ? split(request) : []
      if (halves.length === 0) {
        if (refusesAccount(reason)) refused = error
        return failed(request, error)
      }
      tools.onEvent({ type: 'split', request, error })
      for (const half of halves) await attempt(transformRequest(extractRequest(half, tools)), stopped)
    }
  }

  await allOrStop(
    requests.map((transformed) => (stopped) => tools.workers(() => attempt(transformed, stopped))),
    signal,
  )
  return { isEmpty, refused }
}

/** True when no other request can succeed either. */
export function stopsEverything(reason: unknown): boolean {
  return (
    isGraphError(reason, 'auth', 'deprecated') || (reason instanceof DatabaseError && reason.kind !== 'other')
  )
}

/** True when the API does not permit the account, or does not find it; a report run that is gone says nothing of it. */
function refusesAccount(reason: unknown): boolean {
  if (isGraphError(reason, 'permission')) return true
  return isGraphError(reason, 'not-found') && reason.what.includes('act_')
}

/** The newer and the older half of a request's days; none for a single day. */
function split(request: InsightsRequest): InsightsRequest[] {
  const days = daysBetween(request.since, request.until) + 1
  if (days < 2) return []
  const middle = addDays(request.since, Math.floor(days / 2))
  return [
    { ...request, since: middle },
    { ...request, until: addDays(middle, -1) },
  ]
}
