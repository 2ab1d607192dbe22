import type { World } from '../world.ts'
import type { InsightsQuery } from './insights-query.ts'
import type { InsightsRow } from './insights-row.ts'
import { insightsUnits } from './insights-units.ts'
import { renderInsightsRow } from './render-insights-row.ts'
import { createRowPlan, createSortedPlan, type RowPlan } from './row-plan.ts'

/** The rows that the query has at `nowMs`. */
export function planInsights(query: InsightsQuery, world: World, nowMs: number): RowPlan {
  const units = insightsUnits(query, world, nowMs)
  const { sort } = query
  if (sort === null) return createRowPlan(units)
  return createSortedPlan(
    units,
    (a, b) => sort.direction * (sortValue(a, sort.field, query) - sortValue(b, sort.field, query)),
  )
}

/** The number behind `spend` or `actions:link_click`; 0 where the row has none. */
function sortValue(row: InsightsRow, sortField: string, query: InsightsQuery): number {
  const [field = '', actionType] = sortField.split(':')
  const asked = { ...query, fields: [field], windows: [], actionBreakdowns: ['action_type'] }
  const value = renderInsightsRow(row, asked, 100)[field]
  if (!Array.isArray(value)) return Number(value ?? 0)
  const item = value.find((each) => actionType === undefined || each.action_type === actionType)
  return Number(item?.value ?? 0)
}

/** The one row that all rows together make; null when there are none. */
export function summarize(query: InsightsQuery, world: World, nowMs: number): InsightsRow | null {
  const since = query.periods.map((period) => period.since).sort()[0]
  const until = query.periods
    .map((period) => period.until)
    .sort()
    .at(-1)
  if (since === undefined || until === undefined) return null
  const level = query.node.kind
  const whole: InsightsQuery = { ...query, level, breakdowns: [], periods: [{ since, until }], sort: null }
  return planInsights(whole, world, nowMs).slice(0, 1)[0] ?? null
}
