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

/** Campaigns with their figures of both periods, the largest amount spent first. */
export const movers: Panel<readonly Mover[]> = async ({ scope, reader }) => {
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
           m.previous_spend, m.previous_purchases, m.previous_purchase_value
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
    ORDER BY m.spend DESC, c.campaign_id
    LIMIT 500`)
  return rows as unknown as Mover[]
}
