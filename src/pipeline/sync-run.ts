import pLimit from 'p-limit'
import type { MarketingApi } from '../extract/marketing-api.ts'
import { createRefusedFields } from '../extract/refused-fields.ts'
import { type AccountLocks, createAccountLocks } from '../load/account-lock.ts'
import { saveApiUsage } from '../load/api-usage.ts'
import { createLookups } from '../load/lookups.ts'
import { finishRun, startRun } from '../load/runs.ts'
import type { AdAccount } from '../model/ad-object.ts'
import type { ObjectId } from '../model/object-id.ts'
import type { CheckResult } from '../model/quality.ts'
import type { InsightsRequest } from '../model/slice.ts'
import { DueBuilds } from './due-builds.ts'
import type { PipelineOptions } from './etl-pipeline.ts'
import type { PipelineSource } from './source.ts'
import type { SyncEvent } from './sync-event.ts'
import type { FactTools } from './sync-facts.ts'
import type { MetadataTools } from './sync-metadata.ts'
import type { SyncSummary } from './sync-summary.ts'
import { SyncTally } from './sync-tally.ts'
import { WorkerShares } from './worker-shares.ts'

/** What the steps of a source's accounts share. */
export interface SourceTools {
  /** All but the workers, of which each account has its share. */
  readonly facts: Omit<FactTools, 'workers'>
  readonly metadata: MetadataTools
}

/** One run of the pipeline: its row in `etl_run`, what its steps share, and what came of it. */
export class SyncRun {
  readonly id: string
  readonly tally = new SyncTally()
  /** All but what is a source's own. */
  readonly facts: Omit<FactTools, 'workers' | 'api'> & { readonly builds: DueBuilds }
  readonly workers: WorkerShares
  readonly locks: AccountLocks
  readonly #metadata: Omit<MetadataTools, 'api'>
  readonly #options: PipelineOptions
  readonly #startedMs: number
  readonly #stopListening: readonly (() => void)[]
  readonly #stoppedSources: { name: string; error: Error }[] = []
  readonly #failedAccounts: { accountId: ObjectId; error: Error }[] = []
  readonly #failedRequests: { request: InsightsRequest; error: Error }[] = []

  private constructor(id: string, startedMs: number, options: PipelineOptions) {
    const { sources, warehouse, clock, settings, onEvent } = options
    this.id = id
    this.#startedMs = startedMs
    this.#options = options
    const shared = { warehouse, nowMs: () => clock.now() }
    this.facts = {
      ...shared,
      lookups: createLookups(),
      runId: id,
      extraFields: settings.extraFields,
      refused: createRefusedFields(),
      tally: this.tally,
      builds: new DueBuilds(warehouse, shared.nowMs),
      onEvent: (event: SyncEvent) => {
        if (event.type === 'slices-failed') this.#failedRequests.push(event)
        onEvent(event)
      },
    }
    this.workers = new WorkerShares(settings.maxWorkers)
    const metadataWorkers = pLimit(settings.metaMaxWorkers)
    this.#stopListening = sources.flatMap(({ api, metadataApi }) => [
      api.onWaiting((accountId) => this.workers.waits(accountId)),
      metadataApi.onWaiting((_, calls) => {
        metadataWorkers.concurrency += calls
      }),
    ])
    this.locks = createAccountLocks(warehouse)
    this.#metadata = {
      ...shared,
      limit: metadataWorkers,
      onEvent: (event: SyncEvent) => {
        if (event.type === 'dimension-loaded') this.tally.wrote(event.table, event.counts)
        onEvent(event)
      },
    }
  }

  static async start(options: PipelineOptions, startedMs: number): Promise<SyncRun> {
    const id = await startRun(options.warehouse, { since: null, until: null }, startedMs)
    return new SyncRun(id, startedMs, options)
  }

  /** The accounts of a source are read by its own APIs alone. */
  toolsOf({ api, metadataApi }: PipelineSource): SourceTools {
    return { facts: { ...this.facts, api }, metadata: { ...this.#metadata, api: metadataApi } }
  }

  /** The source's accounts that are not done are given up. Throws the error when no source is left. */
  sourceStopped({ name }: PipelineSource, accountIds: readonly ObjectId[], error: Error): void {
    if (this.#stoppedSources.length + 1 === this.#options.sources.length) throw error
    this.#stoppedSources.push({ name, error })
    for (const accountId of accountIds) this.#failedAccounts.push({ accountId, error })
    this.#options.onEvent({ type: 'source-stopped', name, accountIds, error })
  }

  accountFailed(accountId: ObjectId, error: Error): void {
    this.#failedAccounts.push({ accountId, error })
    this.#options.onEvent({ type: 'account-failed', accountId, error })
  }

  /** Closes the run, whose steps have all been taken. */
  async finish(accounts: readonly AdAccount[], checks: readonly CheckResult[]): Promise<SyncSummary> {
    const { failed, skipped } = this.tally.slices
    const incomplete = failed + skipped + this.#failedAccounts.length + this.#stoppedSources.length > 0
    const summary = this.#summarize(incomplete ? this.#incomplete() : 'succeeded', accounts, checks)
    const [reason = null] = [
      ...this.#stoppedSources.map(({ name, error }) => `source ${name}: ${error.message}`),
      ...[...this.#failedAccounts, ...this.#failedRequests].map(({ error }) => error.message),
    ]
    await this.#close(summary, reason)
    return summary
  }

  /** Closes the run, which `reason` has ended. */
  async abandon(accounts: readonly AdAccount[], reason: Error): Promise<SyncSummary> {
    const summary = this.#summarize(this.#incomplete(), accounts, [])
    // What ended the run is what people must see, also when the database cannot take its last words.
    await this.#close(summary, reason.message).catch(() => {})
    return summary
  }

  #summarize(
    status: SyncSummary['status'],
    accounts: readonly AdAccount[],
    checks: readonly CheckResult[],
  ): SyncSummary {
    const { clock } = this.#options
    const { slices, range, rows, rejected } = this.tally
    return {
      runId: this.id,
      status,
      since: range?.since ?? null,
      until: range?.until ?? null,
      accounts,
      stoppedSources: this.#stoppedSources,
      failedAccounts: this.#failedAccounts,
      failedRequests: this.#failedRequests,
      slices,
      rows,
      rejected,
      apiCalls: this.#apis.reduce((sum, { calls }) => sum + calls, 0),
      // A clock may be set back meanwhile.
      durationMs: Math.max(0, clock.now() - this.#startedMs),
      checks,
    }
  }

  async #close(summary: SyncSummary, error: string | null): Promise<void> {
    const { warehouse, clock } = this.#options
    for (const stop of this.#stopListening) stop()
    await finishRun(warehouse, this.id, { ...summary, error }, clock.now())
    // A mere statistic: that it cannot be kept is no reason for a sync to have failed.
    const usage = this.#apis.flatMap((api) => api.usage)
    await saveApiUsage(warehouse, this.id, usage).catch(() => undefined)
  }

  get #apis(): readonly MarketingApi[] {
    return this.#options.sources.flatMap(({ api, metadataApi }) => [api, metadataApi])
  }

  #incomplete(): 'partial' | 'failed' {
    return this.tally.slices.loaded + this.tally.slices.unchanged > 0 ? 'partial' : 'failed'
  }
}
