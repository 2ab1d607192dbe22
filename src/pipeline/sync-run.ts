import pLimit from 'p-limit'
import { createLookups } from '../load/lookups.ts'
import { finishRun, startRun } from '../load/runs.ts'
import type { AdAccount } from '../model/ad-object.ts'
import type { ObjectId } from '../model/object-id.ts'
import type { CheckResult } from '../model/quality.ts'
import type { PipelineOptions } from './etl-pipeline.ts'
import type { SyncEvent } from './sync-event.ts'
import type { FactTools } from './sync-facts.ts'
import type { MetadataTools } from './sync-metadata.ts'
import type { SyncSummary } from './sync-summary.ts'
import { SyncTally } from './sync-tally.ts'
import { WorkerShares } from './worker-shares.ts'

/** One run of the pipeline: its row in `etl_run`, what its steps share, and what came of it. */
export class SyncRun {
  readonly id: string
  readonly tally = new SyncTally()
  /** All but the workers, of which each account has its share. */
  readonly facts: Omit<FactTools, 'workers'>
  readonly workers: WorkerShares
  readonly metadata: MetadataTools
  readonly #options: PipelineOptions
  readonly #startedMs: number
  readonly #failedAccounts: { accountId: ObjectId; error: Error }[] = []

  private constructor(id: string, startedMs: number, options: PipelineOptions) {
    const { api, metadataApi, warehouse, clock, settings, onEvent } = options
    this.id = id
    this.#startedMs = startedMs
    this.#options = options
    const shared = { warehouse, nowMs: () => clock.now() }
    this.facts = {
      ...shared,
      api,
      lookups: createLookups(),
      runId: id,
      extraFields: settings.extraFields,
      tally: this.tally,
      onEvent,
    }
    this.workers = new WorkerShares(settings.maxWorkers)
    this.metadata = {
      ...shared,
      api: metadataApi,
      limit: pLimit(settings.metaMaxWorkers),
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

  accountFailed(accountId: ObjectId, error: Error): void {
    this.#failedAccounts.push({ accountId, error })
    this.#options.onEvent({ type: 'account-failed', accountId, error })
  }

  /** Closes the run, whose steps have all been taken. */
  async finish(accounts: readonly AdAccount[], checks: readonly CheckResult[]): Promise<SyncSummary> {
    const { slices, range, rows, rejected } = this.tally
    const incomplete = slices.failed + slices.skipped > 0 || this.#failedAccounts.length > 0
    const status = !incomplete ? 'succeeded' : this.#hasLoaded() ? 'partial' : 'failed'
    await this.#close(status, this.#failedAccounts[0]?.error ?? null)
    return {
      runId: this.id,
      status,
      since: range?.since ?? null,
      until: range?.until ?? null,
      accounts,
      failedAccounts: this.#failedAccounts,
      slices,
      rows,
      rejected,
      apiCalls: this.#apiCalls(),
      durationMs: this.#options.clock.now() - this.#startedMs,
      checks,
    }
  }

  /** Closes the run, which `reason` has ended. Rejects when the database cannot take it. */
  abandon(reason: Error): Promise<void> {
    return this.#close(this.#hasLoaded() ? 'partial' : 'failed', reason)
  }

  async #close(status: SyncSummary['status'], error: Error | null): Promise<void> {
    const { warehouse, clock } = this.#options
    const end = {
      status,
      since: this.tally.range?.since ?? null,
      until: this.tally.range?.until ?? null,
      apiCalls: this.#apiCalls(),
      error: error?.message ?? null,
    }
    await finishRun(warehouse, this.id, end, clock.now())
  }

  #apiCalls(): number {
    return this.#options.api.calls + this.#options.metadataApi.calls
  }

  #hasLoaded(): boolean {
    return this.tally.slices.loaded + this.tally.slices.unchanged > 0
  }
}
