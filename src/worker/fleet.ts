import type { MarketingApi } from '../extract/marketing-api.ts'
import type { Warehouse } from '../load/session.ts'
import type { Clock } from '../model/clock.ts'
import type { PlanSettings } from '../pipeline/plan.ts'
import type { AskedAccounts } from '../pipeline/source.ts'
import type { SyncEvent } from '../pipeline/sync-event.ts'
import type { SyncSummary } from '../pipeline/sync-summary.ts'
import type { Thresholds } from '../quality/thresholds.ts'
import type { Queue } from './queue.ts'

/** One token with its accounts. */
export interface FleetSource {
  readonly name: string
  readonly accounts: AskedAccounts
  /** Requests of its app that may be at work at once, over all workers; null: no bound. */
  readonly app: { readonly name: string; readonly most: number } | null
  /** `maxWaitMs` is how long one call waits for a rate limit in all. */
  createApis(maxWaitMs: number, onEvent: (event: SyncEvent) => void): SourceApis
}

export interface SourceApis {
  /** For insights, and for metadata. */
  readonly api: MarketingApi
  readonly metadataApi: MarketingApi
}

export interface FleetSettings extends PlanSettings {
  readonly extraFields: readonly string[]
  readonly thresholds: Thresholds
  /** Requests of one ad account at a time, over all workers. */
  readonly maxPerAccount: number
  /** How long what the API cannot do now waits at first, when it does not say how long. */
  readonly laterMs: number
}

export interface RunWatch {
  onEvent(event: SyncEvent): void
  end(): void
}

/** What planning, working and closing share. */
export interface Fleet {
  readonly warehouse: Warehouse
  readonly queue: Queue
  readonly clock: Clock
  readonly sources: readonly FleetSource[]
  readonly settings: FleetSettings
  readonly onEvent: (event: SyncEvent) => void
  /** What else looks at the requests of a run that are done here, e.g. traces; absent when nothing does. */
  readonly watchRun?: (runId: string, traceparent: string | null) => RunWatch
  /** A run has been closed, by this process: nobody else will be told. */
  readonly onClosed: (summary: SyncSummary) => Promise<void>
}
