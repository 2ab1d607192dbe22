import type { AdAccount } from '../model/ad-object.ts'
import type { CalendarDate } from '../model/calendar-date.ts'
import type { ObjectId } from '../model/object-id.ts'
import type { CheckResult, WriteCounts } from '../model/quality.ts'
import type { InsightsRequest } from '../model/slice.ts'

/** Slices by what became of them; `planned` is the sum of the others. */
export interface SliceCounts {
  readonly planned: number
  /** Written for the first time, or with rows that differ from before. */
  readonly loaded: number
  /** Read again, and equal to what was there. */
  readonly unchanged: number
  readonly failed: number
  /** Not tried, because their account or the whole run had failed before. */
  readonly skipped: number
}

/** What a sync did, for people and for `--json`. */
export interface SyncSummary {
  readonly runId: string
  /** `failed`: nothing was loaded; `partial`: some slices or accounts failed. */
  readonly status: 'succeeded' | 'partial' | 'failed'
  /** The first and last day that was planned; null when there was nothing to plan. */
  readonly since: CalendarDate | null
  readonly until: CalendarDate | null
  readonly accounts: readonly AdAccount[]
  /** Sources that could not go on, in the order in which they were stopped; what stops the last one ends the run and is not among them. */
  readonly stoppedSources: readonly { readonly name: string; readonly error: Error }[]
  /** Those of stopped sources that were not done are among them. */
  readonly failedAccounts: readonly { readonly accountId: ObjectId; readonly error: Error }[]
  /** Why requests failed, in the order in which they did. */
  readonly failedRequests: readonly { readonly request: InsightsRequest; readonly error: Error }[]
  readonly slices: SliceCounts
  /** By table. */
  readonly rows: Readonly<Record<string, WriteCounts>>
  readonly rejected: number
  readonly apiCalls: number
  readonly durationMs: number
  readonly checks: readonly CheckResult[]
}
