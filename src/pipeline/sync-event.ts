import type { ApiEvent } from '../extract/marketing-api.ts'
import type { AdAccount, AdObjectKind } from '../model/ad-object.ts'
import type { CalendarDate } from '../model/calendar-date.ts'
import type { FactTableName } from '../model/fact.ts'
import type { ObjectId } from '../model/object-id.ts'
import type { CheckResult, WriteCounts } from '../model/quality.ts'
import type { RequestSize } from '../model/request-size.ts'
import type { InsightsRequest } from '../model/slice.ts'
import type { SyncSummary } from './sync-summary.ts'

/** The six steps of a sync, by their names in `ETLPipeline`. */
export const SYNC_STEPS = [
  'ensure schema',
  'extract',
  'transform',
  'load dimensions',
  'load facts',
  'validate',
] as const
export type SyncStep = (typeof SYNC_STEPS)[number]

/** What happens during a sync, in the order in which it happens; the command line renders it. */
export type SyncEvent =
  | { readonly type: 'step'; readonly step: SyncStep }
  /** The run has its row in `etl_run`. */
  | { readonly type: 'run-begun'; readonly runId: string }
  | { readonly type: 'schema'; readonly applied: readonly string[]; readonly version: number }
  | { readonly type: 'accounts'; readonly accounts: readonly AdAccount[] }
  | { readonly type: 'account-begun'; readonly account: AdAccount }
  /** All of the account is done, or it was given up for `error`. */
  | { readonly type: 'account-ended'; readonly accountId: ObjectId; readonly error: Error | null }
  | { readonly type: 'waiting-for-account'; readonly accountId: ObjectId }
  /** For some time other processes have not heard what this one learns of rate limits, nor it of theirs. */
  | { readonly type: 'limits-not-shared'; readonly error: Error }
  /** The list of the token's accounts could not be read: so many of earlier syncs stand in. */
  | { readonly type: 'accounts-as-before'; readonly accounts: number; readonly error: Error }
  | { readonly type: 'account-as-before'; readonly accountId: ObjectId; readonly error: Error }
  /** Several sources ask for the account; the first reads it. */
  | {
      readonly type: 'shared-account'
      readonly accountId: ObjectId
      readonly reader: string
      readonly other: string
    }
  /** Nothing more is read of the source, and these accounts of it are not done; the other sources go on. */
  | {
      readonly type: 'source-stopped'
      readonly name: string
      readonly accountIds: readonly ObjectId[]
      readonly error: Error
    }
  | { readonly type: 'account-failed'; readonly accountId: ObjectId; readonly error: Error }
  | { readonly type: 'planned'; readonly slices: number; readonly requests: number }
  | {
      readonly type: 'metadata'
      readonly accountId: ObjectId
      readonly kind: AdObjectKind
      readonly records: number
    }
  | {
      readonly type: 'metadata-failed'
      readonly accountId: ObjectId
      readonly kind: AdObjectKind
      /** The object, or `act_…` for a whole edge. */
      readonly id: string
      readonly error: Error
    }
  /** A request is read, for the first time or again. */
  | { readonly type: 'request-begun'; readonly request: InsightsRequest }
  /** All its records are there; the transaction that replaces its slices begins. */
  | { readonly type: 'request-read'; readonly request: InsightsRequest; readonly records: number }
  /** Its slices are loaded, or for `error` nothing has changed; what follows from that is told by another event. */
  | { readonly type: 'request-ended'; readonly request: InsightsRequest; readonly error: Error | null }
  | {
      readonly type: 'loaded'
      readonly request: InsightsRequest
      /** Slices, i.e. days. */
      readonly slices: number
      /** Those of them that were there before, and equal. */
      readonly unchanged: number
      /** Records read from the API. */
      readonly records: number
      readonly counts: Partial<Record<FactTableName, WriteCounts>>
    }
  /** A request was too heavy; it is asked for again, by requests of this size. */
  | {
      readonly type: 'asking-for-less'
      readonly request: InsightsRequest
      readonly size: RequestSize
      readonly error: Error
    }
  | {
      readonly type: 'slices-failed'
      readonly request: InsightsRequest
      readonly slices: number
      readonly error: Error
    }
  | {
      readonly type: 'no-delivery'
      readonly account: AdAccount
      readonly since: CalendarDate
      readonly until: CalendarDate
    }
  | {
      readonly type: 'dimension-loaded'
      readonly table: string
      readonly counts: WriteCounts
    }
  | { readonly type: 'totals-failed'; readonly accountId: ObjectId; readonly error: Error }
  | {
      readonly type: 'checks'
      readonly checks: readonly CheckResult[]
      readonly accounts: readonly AdAccount[]
    }
  /** The last of a run that ends before its end, and what it did until then. */
  | { readonly type: 'aborted'; readonly summary: SyncSummary }
  | ApiEvent
