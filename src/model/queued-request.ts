import type { ObjectId } from './object-id.ts'
import type { WriteCounts } from './quality.ts'
import type { InsightsRequest } from './slice.ts'

/**
 * What a run of the queue asks for at once: `facts` are slices of a report, `objects` the campaigns, ad sets and ads
 * of an account, `rest` what follows when both have ended: the account's totals and the objects that no list had.
 */
export type RequestKind = 'facts' | 'objects' | 'rest'

export interface PlannedRequest {
  /** Which token asks, by its name. */
  readonly source: string
  readonly accountId: ObjectId
  readonly kind: RequestKind
  /** Of `facts`; null for the others. */
  readonly facts: InsightsRequest | null
  /** The higher the sooner. */
  readonly priority: number
}

/** One that waits in the queue, or is at work. */
export interface QueuedRequest extends PlannedRequest {
  readonly requestId: string
  readonly runId: string
  /** How often a rate limit has put it off. */
  readonly postponed: number
  /** The trace of its run; null without traces. */
  readonly traceparent: string | null
}

/** What a request has read and written, over all its tries. */
export interface RequestTally {
  /** Slices that were read again and found equal; and those that failed. */
  readonly unchanged: number
  readonly failed: number
  /** Records of the API. */
  readonly records: number
  readonly rejected: number
  readonly apiCalls: number
  /** By table. */
  readonly rows: Readonly<Record<string, WriteCounts>>
  /** Metadata records, by kind of object. */
  readonly metadata: Readonly<Record<string, number>>
  /** Fields that the API refuses. */
  readonly refusedFields: readonly string[]
}

export const NO_TALLY: RequestTally = {
  unchanged: 0,
  failed: 0,
  records: 0,
  rejected: 0,
  apiCalls: 0,
  rows: {},
  metadata: {},
  refusedFields: [],
}

export function addTallies(a: RequestTally, b: RequestTally): RequestTally {
  const metadata: Record<string, number> = { ...a.metadata }
  for (const [kind, records] of Object.entries(b.metadata)) metadata[kind] = (metadata[kind] ?? 0) + records
  const rows: Record<string, WriteCounts> = { ...a.rows }
  for (const [table, counts] of Object.entries(b.rows)) rows[table] = addCounts(rows[table], counts)
  return {
    unchanged: a.unchanged + b.unchanged,
    failed: a.failed + b.failed,
    records: a.records + b.records,
    rejected: a.rejected + b.rejected,
    apiCalls: a.apiCalls + b.apiCalls,
    rows,
    metadata,
    refusedFields: [...new Set([...a.refusedFields, ...b.refusedFields])],
  }
}

function addCounts(a: WriteCounts | undefined, b: WriteCounts): WriteCounts {
  if (a === undefined) return b
  return {
    inserted: a.inserted + b.inserted,
    updated: a.updated + b.updated,
    unchanged: a.unchanged + b.unchanged,
    deleted: a.deleted + b.deleted,
  }
}
