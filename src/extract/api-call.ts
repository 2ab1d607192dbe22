import type { ObjectId } from '../model/object-id.ts'
import type { InsightsRequest } from '../model/slice.ts'
import type { RecordScanner } from './scan-records.ts'

/** Lists and objects travel as JSON; Meta also takes lists such as `fields` joined by commas. */
export type ApiParams = Readonly<Record<string, string | number | boolean | readonly unknown[] | object>>

/** One call of the Graph API. */
export interface ApiCall {
  /** The ad account whose rate limit it uses, null for a call about the token. */
  readonly accountId: ObjectId | null
  /** Without version and leading slash, e.g. `act_1/insights`. */
  readonly path: string
  readonly params: ApiParams
  /** For which request of a sync; the API is told nothing of it. */
  readonly request?: InsightsRequest
  /** By which the answer is read where it is, as far as it can be; it is decoded when absent. */
  readonly scanner?: RecordScanner
}

/** Who is calling, for errors and events. */
export interface CallSubject {
  /** E.g. `GET act_1/insights`. */
  readonly what: string
  readonly accountId: ObjectId | null
}

export function toQuery(params: ApiParams): URLSearchParams {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(params)) {
    query.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value))
  }
  return query
}
