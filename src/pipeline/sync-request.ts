import { readInsights } from '../extract/insights.ts'
import type { MarketingApi } from '../extract/marketing-api.ts'
import { startFactLoad } from '../load/load-facts.ts'
import type { Lookups } from '../load/lookups.ts'
import type { Warehouse } from '../load/session.ts'
import type { FactTableName } from '../model/fact.ts'
import type { WriteCounts } from '../model/quality.ts'
import { REPORTS } from '../model/report.ts'
import type { InsightsRequest, RequestOutcome } from '../model/slice.ts'
import { createInsightTransform } from '../transform/insight-transform.ts'

interface RequestTools {
  readonly api: MarketingApi
  readonly warehouse: Warehouse
  readonly lookups: Lookups
  readonly runId: string
  readonly nowMs: () => number
  /** Asked for besides the fields that the report's measures need. */
  readonly extraFields: readonly string[]
}

export interface LoadedRequest {
  readonly outcome: RequestOutcome
  readonly counts: Partial<Record<FactTableName, WriteCounts>>
}

/**
 * Reads, transforms and replaces the slices of one request: all of them, or none when anything fails.
 * Holds one page of records and a bounded number of encoded bytes, whatever the account's size.
 */
export async function syncRequest(
  request: InsightsRequest,
  tools: RequestTools,
  signal: AbortSignal,
): Promise<LoadedRequest> {
  const fields = [...new Set([...REPORTS[request.report].fields, ...tools.extraFields])]
  const transform = createInsightTransform(request)
  const load = startFactLoad(tools.warehouse, tools.lookups, request, tools)
  try {
    for await (const page of readInsights(tools.api, request, { fields }, signal)) {
      await load.add(transform.transform(page))
    }
    signal.throwIfAborted()
    const outcome = transform.outcome()
    return { outcome, counts: await load.commit(outcome) }
  } finally {
    await load.abort()
  }
}
