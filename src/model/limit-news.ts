import type { ObjectId } from './object-id.ts'

/**
 * What a process has learned of one of the API's rate limits, for all others that use it. Times are durations: the
 * clocks of machines differ.
 */
export interface LimitNews {
  /** Whose limit it is: the app's id, or what stands for it, see `toAppKey`. */
  readonly app: string
  /** null: the limit of the whole app. */
  readonly accountId: ObjectId | null
  /** Which limit: `app`, `ad_account`, or that of a use case, e.g. `ads_insights`. */
  readonly useCase: string
  /** What told of it: a figure of the usage headers, by its name, or `REFUSAL`. */
  readonly toldBy: string
  /** The used share, 100 and more is throttled; 0 for refusals. */
  readonly percent: number
  /** In a row; 0 for figures of the headers, and for refusals once a call was answered again. */
  readonly refusals: number
  /** How long no call of this limit may go, from now on; 0 when calls may go. */
  readonly blockedMs: number
  /** Why no call may go, for people; empty when calls may go. */
  readonly reason: string
  /** How long ago it was learned. */
  readonly ageMs: number
}

/** An answer that refused a call for a rate limit, or the first one after it that did not. */
export const REFUSAL = 'refusal'
