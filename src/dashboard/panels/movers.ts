import { factFilter } from '../fact-filter.ts'
import type { Panel } from '../panel.ts'
import { join, raw, sql } from '../sql.ts'

export interface Mover {
  readonly id: string
  readonly name: string
  readonly spend: string
  readonly purchases: string
  readonly purchase_value: string
  readonly previous_spend: string
  readonly previous_purchases: string
  readonly previous_purchase_value: string
}

export interface Movers {
  /** Those that spent most in either period, the most of the current one first. */
  readonly rows: readonly Mover[]
  /** Of all campaigns, also of those that `rows` has no room for. */
  readonly spend: string
  readonly spending: number
}

const MOST = 500

/** Campaigns with their figures of both periods. */
export const movers: Panel<Movers> = async ({ scope, reader }) => {
  const { previous } = scope
  const sums = (name: string, of: 'current' | 'previous') =>
    sql`coalesce(sum(f.${raw(name)}) FILTER (WHERE f.period = ${of}), 0)`
  const period = (of: 'current' | 'previous', range: NonNullable<typeof previous>) => sql`
      SELECT ${of} AS period, f.campaign_id, f.spend, f.purchases, f.purchase_value
      FROM fact_core_metrics f
      WHERE ${factFilter(scope, range)}`
  const periods = [period('current', scope), ...(previous ? [period('previous', previous)] : [])]
  const rows = await reader.read(sql`
    SELECT c.campaign_id AS id, coalesce(c.name, 'Unknown Campaign') AS name,
           m.spend, m.purchases, m.purchase_value,
           m.previous_spend, m.previous_purchases, m.previous_purchase_value,
           sum(m.spend) OVER () AS all_spend, count(*) FILTER (WHERE m.spend > 0) OVER () AS all_spending
    FROM (
      SELECT f.campaign_id,
             ${sums('spend', 'current')} AS spend,
             ${sums('purchases', 'current')} AS purchases,
             ${sums('purchase_value', 'current')} AS purchase_value,
             ${sums('spend', 'previous')} AS previous_spend,
             ${sums('purchases', 'previous')} AS previous_purchases,
             ${sums('purchase_value', 'previous')} AS previous_purchase_value
      FROM (
        ${join(periods, '\nUNION ALL\n')}
      ) f
      GROUP BY f.campaign_id
    ) m JOIN dim_campaign c ON c.campaign_id = m.campaign_id
    ORDER BY greatest(m.spend, m.previous_spend) DESC, c.campaign_id
    LIMIT ${MOST}`)
  const found = rows as unknown as (Mover & { all_spend: string; all_spending: string })[]
  return {
    rows: found.toSorted((a, b) => Number(b.spend) - Number(a.spend)),
    spend: found[0]?.all_spend ?? '0',
    spending: Number(found[0]?.all_spending ?? 0),
  }
}
