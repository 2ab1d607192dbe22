import type { World } from '../world.ts'
import type { InsightsQuery } from './insights-query.ts'
import type { InsightsRow } from './insights-row.ts'
import { planInsights, summarize } from './plan-insights.ts'
import type { RowPlan } from './row-plan.ts'

const SIZE = 16
/** Figures are refreshed this often; until then the rows of a query stay. */
const REFRESH_MS = 15 * 60_000

/** What is known of a query: its rows, and their sum once it has been asked for. */
interface PlannedQuery {
  readonly plan: RowPlan
  summary(): InsightsRow | null
}

/** Keeps the plans of the last queries, so that the next page need not count the rows before it again. */
export function createPlanCache(world: World): { get(query: InsightsQuery, nowMs: number): PlannedQuery } {
  const plans = new Map<string, PlannedQuery>()
  return {
    get: (query, nowMs) => {
      const { node, ...rest } = query
      const key = JSON.stringify([node.id, rest, world.version(), Math.floor(nowMs / REFRESH_MS)])
      const planned = plans.get(key) ?? planQuery(query, world, nowMs)
      plans.delete(key)
      plans.set(key, planned)
      const [oldest] = plans.keys()
      if (plans.size > SIZE && oldest !== undefined) plans.delete(oldest)
      return planned
    },
  }
}

function planQuery(query: InsightsQuery, world: World, nowMs: number): PlannedQuery {
  let summary: { row: InsightsRow | null } | null = null
  return {
    plan: planInsights(query, world, nowMs),
    summary: () => {
      summary ??= { row: query.wantsSummary ? summarize(query, world, nowMs) : null }
      return summary.row
    },
  }
}
