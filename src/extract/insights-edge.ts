import type { JsonObject } from './exact-json.ts'
import { isGraphError } from './graph-error.ts'
import type { MarketingApi } from './marketing-api.ts'
import { readPages } from './paginate.ts'
import { type InsightsCall, readReportRun } from './report-run.ts'

/** Rows of a page; as heavy as insights answers should get. */
export const INSIGHTS_LIMIT = 500

/**
 * The rows of an insights call: asked for directly, and by a report run when the API finds that too much.
 * When it finds so in the midst of the pages, the run repeats rows that have come before: the caller tells
 * them by their key. Throws GraphError, `too-much-data` when neither way works.
 */
export async function* readInsightsEdge(
  api: MarketingApi,
  call: InsightsCall,
  limit: number,
  signal: AbortSignal,
): AsyncGenerator<JsonObject[], void, undefined> {
  try {
    yield* readPages(api, call, limit, signal)
    return
  } catch (error) {
    if (!isGraphError(error, 'too-much-data')) throw error
  }
  yield* readReportRun(api, call, limit, signal)
}
