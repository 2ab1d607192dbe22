import type { JsonObject } from '../model/exact-json.ts'
import { isGraphError } from './graph-error.ts'
import type { MarketingApi } from './marketing-api.ts'
import { readPages } from './paginate.ts'
import { type InsightsCall, readReportRun } from './report-run.ts'

/** Rows of a page above the level of ads. */
const LIMIT = 500

/**
 * The few rows of a call above the level of ads: asked for directly, and by a report run when the API finds that
 * too much. Rows can come twice: the caller tells them by their key. Throws GraphError, `too-much-data` when
 * neither way works.
 */
export async function* readInsightsEdge(
  api: MarketingApi,
  call: InsightsCall,
  signal: AbortSignal,
): AsyncGenerator<JsonObject[], void, undefined> {
  const pages = { limit: LIMIT }
  try {
    yield* readPages(api, call, pages, signal)
    return
  } catch (error) {
    if (!isGraphError(error, 'too-much-data')) throw error
  }
  yield* readReportRun(api, call, readPages, pages, null, signal)
}
