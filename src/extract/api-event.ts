import type { ObjectId } from '../model/object-id.ts'
import type { InsightsRequest } from '../model/slice.ts'
import type { GraphError, GraphErrorKind } from './graph-error.ts'

/** What happens between us and the API, besides answers; no event holds a secret. */
export type ApiEvent =
  /** A call was answered, or failed: each attempt for itself. */
  | {
      readonly type: 'api-call'
      /** Which call, e.g. `GET act_1/insights`. */
      readonly what: string
      readonly accountId: ObjectId | null
      /** For which request; null where it is for metadata, totals or the token. */
      readonly request: InsightsRequest | null
      /** As the API counts them: the items of a batch, else 1. */
      readonly calls: number
      readonly outcome: ApiOutcome
      /** Since the epoch. */
      readonly startedMs: number
      readonly endedMs: number
      /** Null when it was answered, and when it was aborted. */
      readonly error: GraphError | null
    }
  | {
      readonly type: 'retry'
      /** Which call, e.g. `GET act_1/insights`. */
      readonly what: string
      readonly accountId: ObjectId | null
      readonly error: GraphError
      /** How often it has failed by now. */
      readonly attempt: number
      readonly waitMs: number
    }
  /** Calls of an account (null: of the whole app) wait for a rate limit; once for each pause. */
  | {
      readonly type: 'waiting'
      readonly accountId: ObjectId | null
      /** Since the epoch. */
      readonly untilMs: number
      readonly reason: string
    }
  /** The used share of a rate limit has changed; `accountId` null is the whole app's. */
  | {
      readonly type: 'usage'
      readonly accountId: ObjectId | null
      readonly percent: number
      /** E.g. `ads_insights`. */
      readonly useCase: string
    }
  /** Something that the API wants to be known, once each. */
  | { readonly type: 'api-warning'; readonly message: string }
  /** An answer was too heavy; reading goes on with smaller pages. */
  | {
      readonly type: 'smaller-pages'
      readonly what: string
      readonly accountId: ObjectId | null
      readonly limit: number
      readonly error: GraphError
    }
  /** A list's cursor was refused, or its rows moved while it was read; it is read from the start again. */
  | {
      readonly type: 'reading-again'
      readonly what: string
      readonly accountId: ObjectId | null
      readonly error: GraphError
    }
  | {
      readonly type: 'report-run'
      readonly accountId: ObjectId
      readonly reportRunId: ObjectId
      /** As the API names it, e.g. `Job Running`. */
      readonly status: string
      readonly percent: number
    }
  /** The API refused a field, which the run leaves out; what is measured by it is 0, or NULL where it counts people. */
  | {
      readonly type: 'field-dropped'
      readonly accountId: ObjectId
      readonly field: string
      readonly error: GraphError
    }

/** How a call ended; `aborted`: nobody waited for its answer any more. */
export type ApiOutcome = 'ok' | 'aborted' | GraphErrorKind
