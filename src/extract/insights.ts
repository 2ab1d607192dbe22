import type { InsightRecord } from '../model/insight-record.ts'
import { ATTRIBUTION_WINDOWS, REPORTS } from '../model/report.ts'
import type { InsightsRequest } from '../model/slice.ts'
import { EFFECTIVE_STATUSES } from './effective-status.ts'
import { type GraphError, isGraphError } from './graph-error.ts'
import { INSIGHTS_LIMIT, readInsightsEdge } from './insights-edge.ts'
import type { MarketingApi } from './marketing-api.ts'
import type { InsightsCall } from './report-run.ts'
import { createRowFilter } from './row-filter.ts'

export interface InsightsOptions {
  /** What to ask for: the fields of the report, and others that are kept as they come. */
  readonly fields: readonly string[]
  /** Rows of a page, 500 when absent. */
  readonly limit?: number
}

/**
 * The rows of a request, one for each ad, day and breakdown value, archived and deleted ads included; never
 * an empty page, and no row twice. Holds one page.
 *
 * A request that is too heavy is asked for again, with smaller pages, and at last by a report run; when that
 * fails, too, it throws a GraphError of kind `too-much-data`, and only fewer days at once can help. When
 * the way changes in the midst of the pages, rows that came before are not repeated.
 *
 * A field that the API refuses is left out, with an event, unless the report's measures need it.
 */
export async function* readInsights(
  api: MarketingApi,
  request: InsightsRequest,
  options: InsightsOptions,
  signal: AbortSignal,
): AsyncGenerator<InsightRecord[], void, undefined> {
  const needed: readonly string[] = REPORTS[request.report].fields
  const keepNew = createRowFilter(REPORTS[request.report].breakdowns)
  let fields = options.fields
  for (;;) {
    try {
      for await (const page of readInsightsEdge(
        api,
        toCall(request, fields),
        options.limit ?? INSIGHTS_LIMIT,
        signal,
      )) {
        const rows = keepNew(page)
        if (rows.length > 0) yield rows
      }
      return
    } catch (error) {
      const refused = refusedField(error, fields)
      if (refused === null || needed.includes(refused.field)) throw error
      api.onEvent({ type: 'field-dropped', accountId: request.accountId, ...refused })
      fields = fields.filter((field) => field !== refused.field)
    }
  }
}

function toCall(
  { accountId, report, since, until }: InsightsRequest,
  fields: readonly string[],
): InsightsCall {
  const { breakdowns } = REPORTS[report]
  return {
    accountId,
    path: `act_${accountId}/insights`,
    params: {
      level: 'ad',
      fields: fields.join(','),
      // Both ends are included, in the time zone of the account.
      time_range: { since, until },
      time_increment: 1,
      ...(breakdowns.length > 0 && { breakdowns }),
      // More of them would split the actions into other counts than the Ads Manager's.
      action_breakdowns: ['action_type'],
      action_attribution_windows: ATTRIBUTION_WINDOWS,
      filtering: [{ field: 'ad.effective_status', operator: 'IN', value: EFFECTIVE_STATUSES.ad }],
    },
  }
}

/** `(#100) relevance_score is not valid for fields param. …`: the text alone names the field. */
function refusedField(
  error: unknown,
  fields: readonly string[],
): { field: string; error: GraphError } | null {
  if (!isGraphError(error, 'request') || error.code !== 100) return null
  const field = /\(#100\) (\w+) is not valid for fields param/.exec(error.message)?.[1]
  return field !== undefined && fields.includes(field) ? { field, error } : null
}
