import type { JsonObject } from '../model/exact-json.ts'
import { type ObjectId, toObjectId } from '../model/object-id.ts'
import type { RecordPage } from '../model/record-page.ts'
import { KEY_FIELDS, REPORTS } from '../model/report.ts'
import type { RequestSize } from '../model/request-size.ts'
import type { InsightsRequest } from '../model/slice.ts'
import { GraphError, isGraphError } from './graph-error.ts'
import { FIXES } from './graph-error-rules.ts'
import { type CampaignFilter, toCampaignsCall, toInsightsCall } from './insights-call.ts'
import { readInsightsEdge } from './insights-edge.ts'
import type { MarketingApi } from './marketing-api.ts'
import { readRecordPages } from './paginate.ts'
import { isRefusedSummary, type RefusedFields, refusedField } from './refused-fields.ts'
import { readReportRun } from './report-run.ts'
import type { ReportRunMemory } from './report-run-memory.ts'
import { createShiftGuard, type ShiftGuard, SUMMED_FIELDS } from './shift-guard.ts'

export interface InsightsOptions {
  /** What to ask for: the fields of the report, and others that are kept as they come. */
  readonly fields: readonly string[]
  /** How much to ask for at once; the request has no more days than it says. */
  readonly size: RequestSize
  /** Told when less had to be asked for, while the read goes on. */
  readonly onLess: (less: RequestSize, error: GraphError) => Promise<void>
  /** Null: report runs are not remembered. */
  readonly runs: ReportRunMemory | null
  readonly refused: RefusedFields
  /** The rows that earlier reads of this request have found twice; those of this read are added. */
  readonly repeats: Set<string>
}

/**
 * The rows of a request as they are at one moment, one for each ad, day and breakdown value, archived and deleted
 * ads included; never an empty page. Asked for by some campaigns at a time, each part has a moment of its own, and
 * one more part has whatever belongs to no campaign that is listed. Holds one page, until the next one is asked for.
 *
 * Throws GraphError, and then what came before is worth nothing: of kind `too-much-data` when the API does not
 * give so much at once, of kind `cursor` when the rows have moved between the pages while they were read.
 *
 * A field that the API refuses by name is left out from then on, with an event, unless it is a key of the rows.
 */
export async function* readInsights(
  api: MarketingApi,
  request: InsightsRequest,
  options: InsightsOptions,
  signal: AbortSignal,
): AsyncGenerator<RecordPage, void, undefined> {
  const guard = createShiftGuard(REPORTS[request.report].breakdowns, options.repeats)
  let { size } = options
  const less = (change: Partial<RequestSize>, error: GraphError) => {
    size = { ...size, ...change }
    return options.onLess(size, error)
  }
  const read = (campaigns: CampaignFilter | null) =>
    readRows(api, request, campaigns, { ...options, size, less, guard }, signal)

  if (size.campaigns === null) return yield* read(null)

  const ids = await readCampaignIds(api, request, signal)
  const groups = grouped(ids, Math.min(size.campaigns, Math.ceil(ids.length / 2)))
  for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
    let started = false
    try {
      for await (const page of read({ operator: 'IN', ids: group })) {
        started = true
        yield page
      }
    } catch (error) {
      if (!isGraphError(error, 'too-much-data') || group.length === 1) throw error
      const half = Math.ceil(group.length / 2)
      await less({ campaigns: half }, error)
      if (started) throw error
      groups.unshift(...grouped(group, half))
    }
  }
  // No row is lost, whatever campaign it belongs to: the list of campaigns may be older, or lack one.
  yield* read(ids.length === 0 ? null : { operator: 'NOT_IN', ids })
}

interface ReadOptions extends InsightsOptions {
  readonly less: (change: Partial<RequestSize>, error: GraphError) => Promise<void>
  readonly guard: ShiftGuard
}

async function* readRows(
  api: MarketingApi,
  request: InsightsRequest,
  campaigns: CampaignFilter | null,
  options: ReadOptions,
  signal: AbortSignal,
): AsyncGenerator<RecordPage, void, undefined> {
  const { accountId } = request
  const { size, less, guard, refused } = options
  const pages = {
    limit: size.pageLimit,
    onLess: (pageLimit: number, error: GraphError) => less({ pageLimit }, error),
    onPage: (page: JsonObject) => {
      if (!guard.sameSums(page)) throw moved(request, 'the sums over all rows have changed')
    },
    // From the first page on, rows of two moments would stand side by side.
    restarts: false,
  }
  for (let started = false; ; ) {
    const fields = options.fields.filter((field) => !refused.has(accountId, field))
    const call = toInsightsCall(request, fields, campaigns)
    try {
      // The result of a report run does not change any more, so it needs no sums.
      const found =
        size.mode === 'async'
          ? readReportRun(api, call, readRecordPages, pages, options.runs, signal)
          : readRecordPages(
              api,
              refused.withoutSums.has(accountId) ? call : withSums(call, fields),
              pages,
              signal,
            )
      for await (const page of found) {
        const rows = guard.newOf(page)
        if (rows === null) throw moved(request, 'a row has come twice')
        started = true
        if (rows.length > 0) yield rows
      }
      return
    } catch (error) {
      if (!started && isRefusedSummary(error) && !refused.withoutSums.has(accountId)) {
        refused.withoutSums.add(accountId)
        continue
      }
      const field = started ? null : refusedField(error, fields)
      if (field === null || KEY_FIELDS.some((key) => key === field) || !(error instanceof GraphError))
        throw error
      if (refused.add(accountId, field)) api.onEvent({ type: 'field-dropped', accountId, field, error })
    }
  }
}

function withSums<T extends { readonly params: object }>(call: T, fields: readonly string[]): T {
  const summary = SUMMED_FIELDS.filter((field) => fields.includes(field))
  return { ...call, params: { ...call.params, summary } }
}

async function readCampaignIds(
  api: MarketingApi,
  request: InsightsRequest,
  signal: AbortSignal,
): Promise<ObjectId[]> {
  const ids = new Set<ObjectId>()
  for await (const page of readInsightsEdge(api, toCampaignsCall(request), signal)) {
    for (const record of page) {
      const id = toObjectId(record.campaign_id)
      if (id !== null) ids.add(id)
    }
  }
  return [...ids].sort()
}

function grouped<T>(items: readonly T[], size: number): T[][] {
  const groups: T[][] = []
  for (let start = 0; start < items.length; start += size) groups.push(items.slice(start, start + size))
  return groups
}

function moved({ accountId }: InsightsRequest, text: string): GraphError {
  return new GraphError({
    kind: 'cursor',
    what: `GET act_${accountId}/insights`,
    accountId,
    text: `rows moved between the pages while they were read: ${text}`,
    fix: FIXES.cursor,
  })
}
