import { GRAPH_ERROR_KINDS, GraphError, isGraphError } from '../extract/graph-error.ts'
import { parseRequest, parseTally } from '../load/queue/requests.ts'
import type { Row } from '../load/session.ts'
import { earlierOf, laterOf } from '../model/calendar-date.ts'
import { type ObjectId, toObjectId, UNKNOWN_ID } from '../model/object-id.ts'
import { addTallies, NO_TALLY, type RequestTally } from '../model/queued-request.ts'
import type { ReportName } from '../model/report.ts'
import { type InsightsRequest, sliceCount } from '../model/slice.ts'
import type { SliceCounts } from '../pipeline/sync-summary.ts'

/** Adds up a run of the queue, a request after the other: it may have very many. */
export class RunSums {
  tally: RequestTally = NO_TALLY
  range: Pick<InsightsRequest, 'since' | 'until'> | null = null
  readonly reports = new Set<ReportName>()
  readonly stoppedSources = new Map<string, Error>()
  readonly failedAccounts = new Map<ObjectId, Error>()
  readonly failedRequests: { request: InsightsRequest; error: Error }[] = []
  readonly refusedFields = new Map<string, { accountId: ObjectId; field: string }>()
  readonly #slices = { loaded: 0, failed: 0, skipped: 0 }

  /** A row of `etl_request`. */
  add(row: Row): void {
    const own = parseTally(row.outcome)
    this.tally = addTallies(this.tally, own)
    const error = restoreError(row)
    const [request] = parseRequest(row)
    if (request === undefined) {
      this.#addUnplanned(row, error)
      return
    }
    const { facts, accountId, source } = request
    for (const field of own.refusedFields)
      this.refusedFields.set(`${accountId} ${field}`, { accountId, field })
    if (isGraphError(error, 'auth', 'deprecated')) this.stoppedSources.set(source, error)
    if (error !== null && (facts === null || concernsAccount(row))) this.failedAccounts.set(accountId, error)
    if (facts !== null) this.#addFacts(facts, row, own, error)
  }

  get slices(): SliceCounts {
    const { loaded, failed, skipped } = this.#slices
    const { unchanged } = this.tally
    return { planned: loaded + unchanged + failed + skipped, loaded, unchanged, failed, skipped }
  }

  /** An account, or with the unknown one a whole source, that could not be planned. */
  #addUnplanned(row: Row, error: Error | null): void {
    const accountId = toObjectId(row.account_id)
    if (error === null) return
    if (row.account_id === UNKNOWN_ID) this.stoppedSources.set(String(row.source), error)
    else if (accountId !== null) this.failedAccounts.set(accountId, error)
  }

  #addFacts(facts: InsightsRequest, { status }: Row, own: RequestTally, error: Error | null): void {
    const { since, until } = facts
    this.range =
      this.range === null
        ? { since, until }
        : { since: earlierOf(this.range.since, since), until: laterOf(this.range.until, until) }
    this.reports.add(facts.report)
    const slices = sliceCount(facts)
    // Of a try that was put off some may have been found as they are.
    const left = slices - own.unchanged
    const failed = status === 'failed' ? Math.min(own.failed || slices, left) : 0
    if (status === 'failed' && error !== null) this.failedRequests.push({ request: facts, error })
    if (status !== 'done' && status !== 'failed') {
      this.#slices.skipped += left
      return
    }
    this.#slices.failed += failed
    this.#slices.loaded += left - failed
  }
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
