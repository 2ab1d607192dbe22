import type { CalendarDate } from '../../model/calendar-date.ts'
import type { Panel, PanelContext } from '../panel.ts'
import { type Sql, sql } from '../sql.ts'

export type ChangedObject = 'campaign' | 'adset' | 'ad'

/** One attribute that was found changed. The day is that of the sync which noticed it, in UTC. */
export interface Change {
  readonly level: ChangedObject
  readonly id: string
  readonly name: string
  readonly date: CalendarDate
  readonly what: 'status' | 'daily_budget' | 'lifetime_budget' | 'name'
  readonly before: string | null
  readonly after: string | null
}

const MOST_CHANGES = 500

/** Changes of status, budget and name of the campaigns and ad sets in view, the newest first. */
export const changes: Panel<readonly Change[]> = async (context) => {
  const { scope, reader } = context
  const rows = await reader.read(sql`
    SELECT level, id, name, date, what, before, after FROM (${changesOf(context, 'campaign')}
      UNION ALL${changesOf(context, 'adset')}) c
    WHERE before IS DISTINCT FROM after AND date BETWEEN ${scope.since}::date AND ${scope.until}::date
    ORDER BY date DESC, level DESC, id, what
    LIMIT ${MOST_CHANGES}`)
  return rows as unknown as Change[]
}

/** A version of an object beside the one before it, an attribute a row. */
function changesOf({ scope }: PanelContext, level: 'campaign' | 'adset'): Sql {
  const key = { strings: [`${level}_id`], values: [] }
  const table = { strings: [`dim_${level}_history`], values: [] }
  const ids = scope.accounts.map(({ id }) => id)
  const campaigns =
    scope.campaigns.length > 0 ? sql` AND campaign_id = ANY(${scope.campaigns}::bigint[])` : sql``
  return sql`
      SELECT ${level} AS level, h.id, h.name, h.valid_from::date AS date, a.what, a.before, a.after
      FROM (
        SELECT ${key} AS id, name, valid_from,
               row_number() OVER w AS version,
               status, lag(status) OVER w AS old_status,
               daily_budget, lag(daily_budget) OVER w AS old_daily_budget,
               lifetime_budget, lag(lifetime_budget) OVER w AS old_lifetime_budget,
               lag(name) OVER w AS old_name
        FROM ${table}
        WHERE account_id = ANY(${ids}::bigint[])${campaigns}
        WINDOW w AS (PARTITION BY account_id, ${key} ORDER BY valid_from)
      ) h CROSS JOIN LATERAL (VALUES
        ('status', h.old_status, h.status),
        ('daily_budget', h.old_daily_budget::text, h.daily_budget::text),
        ('lifetime_budget', h.old_lifetime_budget::text, h.lifetime_budget::text),
        ('name', h.old_name, h.name)
      ) a (what, before, after)
      WHERE h.version > 1`
}
