import { toDateId } from '../model/calendar-date.ts'
import type { DateRange } from './date-range.ts'
import type { Scope } from './scope.ts'
import { join, type Sql, sql } from './sql.ts'

/** Which facts `f` a page looks at: accounts, days, the campaigns that are chosen by id or status, and `more`. */
export function factFilter(scope: Scope, range: DateRange, ...more: readonly Sql[]): Sql {
  const conditions = [
    sql`f.account_id = ANY(${scope.accounts.map(({ id }) => id)}::bigint[])`,
    sql`f.date_id BETWEEN ${toDateId(range.since)} AND ${toDateId(range.until)}`,
  ]
  if (scope.campaigns.length > 0) conditions.push(sql`f.campaign_id = ANY(${scope.campaigns}::bigint[])`)
  if (scope.statuses.length > 0) conditions.push(hasStatus(scope, sql`f.campaign_id`))
  return join([...conditions, ...more], '\n  AND ')
}

/** Whether a campaign has one of the statuses that are chosen. A fact without a campaign has the status `OTHER`. */
export function hasStatus({ statuses }: Pick<Scope, 'statuses'>, campaign: Sql): Sql {
  return sql`${campaign} IN (
    SELECT campaign_id FROM dim_campaign
    WHERE CASE WHEN effective_status IN ('ACTIVE', 'PAUSED') THEN effective_status ELSE 'OTHER' END
      = ANY(${statuses}::text[])
  )`
}
