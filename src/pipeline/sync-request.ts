import { readInsights } from '../extract/insights.ts'
import type { MarketingApi } from '../extract/marketing-api.ts'
import type { RefusedFields } from '../extract/refused-fields.ts'
import type { KnownMembers } from '../load/known-members.ts'
import { startFactLoad } from '../load/load-facts.ts'
import type { Lookups } from '../load/lookups.ts'
import type { Warehouse } from '../load/session.ts'
import type { CalendarDate } from '../model/calendar-date.ts'
import type { FactTableName } from '../model/fact.ts'
import type { FactBatch } from '../model/fact-spans.ts'
import type { WriteCounts } from '../model/quality.ts'
import type { RecordPage } from '../model/record-page.ts'
import { REPORTS } from '../model/report.ts'
import type { InsightsRequest, RequestOutcome } from '../model/slice.ts'
import { createInsightTransform } from '../transform/insight-transform.ts'
import { knownReportRuns } from './known-report-runs.ts'
import type { SizedAttempt } from './request-sizes.ts'
import type { SyncEvent } from './sync-event.ts'
import { toError } from './to-error.ts'

export interface RequestTools {
  readonly api: MarketingApi
  readonly warehouse: Warehouse
  readonly lookups: Lookups
  readonly runId: string
  readonly nowMs: () => number
  /** Asked for besides the fields that the report's measures need. */
  readonly extraFields: readonly string[]
  /** What the run asks for no more, since the API refuses it. */
  readonly refused: RefusedFields
  readonly onEvent: (event: SyncEvent) => void
  /** Of the account; each request asks for its own when absent. */
  readonly members?: KnownMembers
}

/** How much to ask for at once, and whom to tell when that was too much. */
interface Sized extends Pick<SizedAttempt, 'size' | 'onLess'> {
  /** What earlier reads of the request have found twice. */
  readonly repeats: Set<string>
}

/** A request whose pages are asked for as they are pulled. */
export interface ExtractedRequest {
  readonly request: InsightsRequest
  readonly pages: (sized: Sized, signal: AbortSignal) => AsyncIterable<RecordPage>
}

interface SizedLoad extends Sized {
  /** Called when nothing more is asked of the API, and the rows wait in memory to be written. */
  readonly onRead: () => void
}

/** One read of a request, whose fact rows are made as they are pulled. */
interface FactRead {
  readonly rows: AsyncIterable<readonly FactBatch[]>
  /** What the rows pulled so far have taught. */
  readonly outcome: () => RequestOutcome
}

/** A request that can be read. What a read has taught goes with it: of an account's requests, all but a few wait. */
export interface TransformedRequest {
  readonly request: InsightsRequest
  readonly read: (sized: Sized, signal: AbortSignal) => FactRead
}

export interface LoadedRequest {
  readonly outcome: RequestOutcome
  readonly counts: Partial<Record<FactTableName, WriteCounts>>
  /** The days on which any row was written or deleted. */
  readonly changedDays: ReadonlySet<CalendarDate>
}

/** The first part of a request's way; the pages come from the API. */
export function extractRequest(request: InsightsRequest, tools: RequestTools): ExtractedRequest {
  return {
    request,
    pages({ size, onLess, repeats }, signal) {
      const fields = [...new Set([...REPORTS[request.report].fields, ...tools.extraFields])]
      const runs = knownReportRuns(tools.warehouse, request, tools.nowMs)
      const { refused } = tools
      return readInsights(tools.api, request, { fields, size, onLess, runs, refused, repeats }, signal)
    },
  }
}

/** The second: each page becomes fact rows. */
export function transformRequest({ request, pages }: ExtractedRequest): TransformedRequest {
  return {
    request,
    read(sized, signal) {
      const transform = createInsightTransform(request)
      async function* rows(): AsyncGenerator<readonly FactBatch[], void, undefined> {
        for await (const page of pages(sized, signal)) yield transform.transform(page)
      }
      return { rows: rows(), outcome: () => transform.outcome() }
    },
  }
}

/**
 * The last: replaces the slices of the request, all of them, or none when anything fails. Holds one page of
 * records and a bounded number of encoded bytes, whatever the account's size, and both within the room that all
 * requests share.
 */
export async function loadRequest(
  { request, read }: TransformedRequest,
  sized: SizedLoad,
  tools: RequestTools,
  signal: AbortSignal,
): Promise<LoadedRequest> {
  const { warehouse, lookups, api, runId, nowMs, onEvent, members } = tools
  const load = startFactLoad(warehouse, lookups, request, {
    runId,
    nowMs,
    room: api.room,
    ...(members && { members }),
  })
  let error: Error | null = null
  onEvent({ type: 'request-begun', request })
  try {
    const { rows, outcome } = read(sized, signal)
    for await (const page of rows) for (const batch of page) await load.add(batch)
    signal.throwIfAborted()
    if (load.isInMemory) sized.onRead()
    const taught = outcome()
    onEvent({ type: 'request-read', request, records: recordsOf(taught) })
    return { outcome: taught, ...(await load.commit(taught)) }
  } catch (reason) {
    error = toError(reason)
    throw reason
  } finally {
    await load.abort()
    onEvent({ type: 'request-ended', request, error })
  }
}

/** How many records the API gave, over all days. */
export function recordsOf({ rowCounts }: RequestOutcome): number {
  return [...rowCounts.values()].reduce((sum, count) => sum + count, 0)
}
