import type { World } from '../world.ts'
import type { InsightsQuery } from './insights-query.ts'
import { planInsights } from './plan-insights.ts'
import type { RowPlan } from './row-plan.ts'

const SIZE = 16
/** Figures are refreshed this often; until then the rows of a query stay. */
const REFRESH_MS = 15 * 60_000

/** Keeps the plans of the last queries, so that the next page need not count the rows before it again. */
export function createPlanCache(world: World): { get(query: InsightsQuery, nowMs: number): RowPlan } {
  const plans = new Map<string, RowPlan>()
  return {
    get: (query, nowMs) => {
      const { node, ...rest } = query
      const key = JSON.stringify([node.id, rest, world.version(), Math.floor(nowMs / REFRESH_MS)])
      const plan = plans.get(key) ?? planInsights(query, world, nowMs)
      plans.delete(key)
      plans.set(key, plan)
      const [oldest] = plans.keys()
      if (plans.size > SIZE && oldest !== undefined) plans.delete(oldest)
      return plan
    },
  }
}
