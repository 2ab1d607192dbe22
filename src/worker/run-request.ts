import pLimit from 'p-limit'
import { type GraphError, isGraphError } from '../extract/graph-error.ts'
import { readKnownAccounts } from '../load/known-accounts.ts'
import { daysLoadedBy, readLedger } from '../load/ledger.ts'
import { readTotalsRange } from '../load/queue/requests.ts'
import type { AdAccount, AdObjectKind } from '../model/ad-object.ts'
import { daysOf } from '../model/calendar-date.ts'
import type { ObjectId } from '../model/object-id.ts'
import type { QueuedRequest, RequestTally } from '../model/queued-request.ts'
import { type InsightsRequest, sliceCount } from '../model/slice.ts'
import { toRequests } from '../pipeline/plan.ts'
import { syncAccountTotals } from '../pipeline/sync-account-totals.ts'
import type { SyncEvent } from '../pipeline/sync-event.ts'
import { type FactTools, syncFacts } from '../pipeline/sync-facts.ts'
import { syncListedObjects, syncUnlistedObjects } from '../pipeline/sync-metadata.ts'
import { extractRequest, transformRequest } from '../pipeline/sync-request.ts'
import { SyncTally } from '../pipeline/sync-tally.ts'
import type { Fleet, FleetSource } from './fleet.ts'
import type { WorkRun } from './work-run.ts'

/** What one try of a request has come to. */
export interface Tried {
  readonly tally: RequestTally
  readonly seen: Readonly<Record<AdObjectKind, ReadonlySet<ObjectId>>>
  /** Why slices of it failed for good; null when none did. */
  readonly error: Error | null
  /** True when the API does not permit the account at all. */
  readonly refusesAccount: boolean
  /** The rate limit, or the trouble of the API, that it has to wait for. */
  readonly putOff: GraphError | null
}

/** What the API cannot do at the moment is tried again later so often, and metadata that a rate limit holds up. */
const MOST_LATER_TRIES = 5

/**
 * One try of a request. What the run has loaded of it before, in a try that was cut off or put off, is not read again.
 * Rejects with what concerns more than the request: a refused token, the database, the signal's reason.
 */
export async function runRequest(
  request: QueuedRequest,
  source: FleetSource,
  run: WorkRun,
  fleet: Fleet,
  signal: AbortSignal,
): Promise<Tried> {
  const [account] = await readKnownAccounts(fleet.warehouse, request.accountId)
  if (account === undefined) throw new Error(`act_${request.accountId} is no longer in dim_account`)
  const attempt = new Attempt(request, account, source, run, fleet)
  try {
    await attempt.run(signal)
  } catch (reason) {
    if (!attempt.isPutOff(reason)) throw reason
    attempt.putOff = reason
  }
  return attempt.result()
}

class Attempt {
  readonly #request: QueuedRequest
  readonly #account: AdAccount
  readonly #fleet: Fleet
  readonly #run: WorkRun
  readonly #tally = new SyncTally()
  readonly #metadata: Record<string, number> = {}
  readonly #tools: FactTools
  readonly #metadataApi: FactTools['api']
  #records = 0
  #error: Error | null = null
  #refusesAccount = false
  putOff: GraphError | null = null

  constructor(request: QueuedRequest, account: AdAccount, source: FleetSource, run: WorkRun, fleet: Fleet) {
    this.#request = request
    this.#account = account
    this.#fleet = fleet
    this.#run = run
    const { api, metadataApi } = run.apisOf(source, request.postponed)
    this.#metadataApi = metadataApi
    const oneAtATime = pLimit(1)
    this.#tools = {
      api,
      warehouse: fleet.warehouse,
      lookups: run.lookups,
      runId: request.runId,
      nowMs: () => fleet.clock.now(),
      extraFields: fleet.settings.extraFields,
      refused: run.refused,
      tally: this.#tally,
      // A request makes one call at a time: how many of an account are at work is the queue's business.
      workers: (body) => oneAtATime(() => body(() => undefined)),
      builds: { ended: async () => undefined },
      onEvent: (event) => this.#onEvent(event),
      isPutOff: (reason) => this.isPutOff(reason),
    }
  }

  async run(signal: AbortSignal): Promise<void> {
    const { kind, facts } = this.#request
    if (kind === 'facts' && facts !== null) return this.#facts(facts, signal)
    if (kind === 'objects') return this.#objects(signal)
    return this.#rest(signal)
  }

  result(): Tried {
    const { slices, rows, rejected, seenIds } = this.#tally
    const { all } = this.#tools.refused
    return {
      tally: {
        unchanged: slices.unchanged,
        failed: slices.failed,
        records: this.#records,
        rejected,
        // The calls of a run are counted by its worker, over all of its requests.
        apiCalls: 0,
        rows,
        metadata: this.#metadata,
        refusedFields: all
          .filter(({ accountId }) => accountId === this.#account.accountId)
          .map(({ field }) => field),
      },
      seen: seenIds,
      error: this.#error,
      refusesAccount: this.#refusesAccount,
      putOff: this.putOff,
    }
  }

  async #facts(facts: InsightsRequest, signal: AbortSignal): Promise<void> {
    const { warehouse } = this.#fleet
    const { accountId, report } = facts
    const loaded = await daysLoadedBy(warehouse, this.#request.runId, facts)
    const days = daysOf(facts.since, facts.until).filter((day) => !loaded.has(day))
    // Fewer days at once each time that it was put off, so that it comes to an end whatever the limit.
    const most = Math.max(1, Math.ceil(sliceCount(facts) / 2 ** this.#request.postponed))
    const requests = toRequests(accountId, report, days, most)
    this.#tally.planned(requests)
    const ledger = await readLedger(warehouse, accountId)
    const transformed = requests.map((each) => transformRequest(extractRequest(each, this.#tools)))
    const result = await syncFacts({ requests: transformed, ledger, last: null }, this.#tools, signal)
    if (result.refused === null) return
    this.#error = result.refused
    this.#refusesAccount = true
  }

  async #objects(signal: AbortSignal): Promise<void> {
    const listed = await syncListedObjects(this.#account, this.#metadataTools(), signal)
    await syncUnlistedObjects(this.#account, listed, this.#metadataTools(), signal)
  }

  async #rest(signal: AbortSignal): Promise<void> {
    const range = await readTotalsRange(this.#fleet.warehouse, this.#request)
    if (range !== null) await syncAccountTotals(this.#account, range, this.#tools, signal)
    const listed = { campaign: null, adset: null, ad: null }
    await syncUnlistedObjects(this.#account, listed, this.#metadataTools(), signal)
  }

  #metadataTools() {
    const { warehouse, nowMs, onEvent } = this.#tools
    return { api: this.#metadataApi, warehouse, nowMs, onEvent, limit: pLimit(1) }
  }

  #onEvent(event: SyncEvent): void {
    if (event.type === 'slices-failed') this.#error ??= event.error
    if (event.type === 'loaded') this.#records += event.records
    if (event.type === 'dimension-loaded') this.#tally.wrote(event.table, event.counts)
    if (event.type === 'metadata')
      this.#metadata[event.kind] = (this.#metadata[event.kind] ?? 0) + event.records
    if (event.type === 'metadata-failed' || event.type === 'totals-failed') this.#heldUp(event.error)
    this.#run.onEvent(event)
  }

  /** A rate limit ends; what is wrong with the API may not. */
  isPutOff(reason: unknown): reason is GraphError {
    return isGraphError(reason, 'throttled') || (this.#hasLaterTries && isGraphError(reason, 'transient'))
  }

  #heldUp(error: Error): void {
    if (this.#hasLaterTries && this.isPutOff(error)) this.putOff ??= error
  }

  get #hasLaterTries(): boolean {
    return this.#request.postponed < MOST_LATER_TRIES
  }
}
