import type { ObjectId } from './object-id.ts'

/** How much of one account's report is asked of the API at once. */
export interface RequestSize {
  /** `async`: by a report run, which bears more than an answer that is waited for. */
  readonly mode: 'sync' | 'async'
  /** Rows of a page, at most. */
  readonly pageLimit: number
  /** Days of a request, at most; null: as many as were planned. */
  readonly days: number | null
  /** Campaigns of a request, at most; null: all of them at once. */
  readonly campaigns: number | null
}

/** A size that the API's refusals have taught. */
export interface LearnedSize extends RequestSize {
  /** Requests that have succeeded since the size last changed. */
  readonly successes: number
  /** When the API last found a request too heavy, in ms since the epoch. */
  readonly refusedAtMs: number
  /** What it said, for people. */
  readonly refusal: string
}

/** A report run that the API has taken. */
export interface SubmittedRun {
  readonly reportRunId: ObjectId
  /** Ms since the epoch. */
  readonly submittedMs: number
}
