import type { ObjectId } from './object-id.ts'

/** What was read of one rate limit in one hour. */
export interface ApiUsage {
  /** null: the limit of the whole app. */
  readonly accountId: ObjectId | null
  /** Which limit, as the API's headers name it, e.g. `ads_insights`. */
  readonly useCase: string
  /** The hour's begin, since the epoch. */
  readonly hourMs: number
  /** The highest; 100 and more is throttled. */
  readonly percent: number
  /** How often it made calls pause, and how long these pauses were, whoever waited for their end. */
  readonly pauses: number
  readonly pausedMs: number
}
