import type { CalendarDate } from '../../model/calendar-date.ts'
import { hasStatus } from '../fact-filter.ts'
import type { ObjectLevel } from '../object-level.ts'
import type { Panel, PanelContext } from '../panel.ts'
import { join, raw, type Sql, sql } from '../sql.ts'

/** One attribute that was found changed. The day is that of the sync which noticed it, in UTC. */
export interface Change {
  readonly level: ObjectLevel
  readonly id: string
  readonly name: string
  readonly date: CalendarDate
  readonly what: 'status' | 'daily_budget' | 'lifetime_budget' | 'name'
  readonly before: string | null
  readonly after: string | null
}

/** Of one answer. */
export const MOST_CHANGES = 500

/** Changes of status, budget and name of the campaigns and ad sets in view, the newest first. */
export const changes: Panel<readonly Change[]> = async (context) => {
  const { scope, reader } = context
  const status = scope.statuses.length > 0 ? [hasStatus(scope, sql`campaign_id`)] : []
  const chosen = scope.campaigns.length > 0 ? [sql`campaign_id = ANY(${scope.campaigns}::bigint[])`] : []
  const days = sql`date BETWEEN ${scope.since}::date AND ${scope.until}::date`
  const rows = await reader.read(
    selectChanges(
      [
        changesOf(context, 'campaign', ...chosen, ...status),
        changesOf(context, 'adset', ...chosen, ...status),
      ],
      days,
    ),
  )
  return rows as unknown as Change[]
}

/** All changes that one object was seen with. */
export async function readChangesOf(
  context: PanelContext,
  level: ObjectLevel,
  id: string,
): Promise<readonly Change[]> {
  const one = changesOf(context, level, sql`${raw(`${level}_id`)} = ${id}::bigint`)
  return (await context.reader.read(selectChanges([one]))) as unknown as Change[]
}

function selectChanges(parts: readonly Sql[], ...conditions: readonly Sql[]): Sql {
  return sql`
    SELECT level, id, name, date, what, before, after FROM (
      ${join(parts, '\nUNION ALL\n')}
    ) c
    WHERE ${join([sql`before IS DISTINCT FROM after`, ...conditions], ' AND ')}
    ORDER BY date DESC, level DESC, id, what
    LIMIT ${MOST_CHANGES}`
}

/** A version of an object beside the one before it, an attribute a row. */
function changesOf({ scope }: PanelContext, level: ObjectLevel, ...conditions: readonly Sql[]): Sql {
  const key = raw(`${level}_id`)
  const ids = scope.accounts.map(({ id }) => id)
  // Ads have no budget of their own.
  const budget = (name: string) => raw(level === 'ad' ? `NULL::numeric AS ${name}` : name)
  return sql`
      SELECT ${level} AS level, h.id, h.name, h.valid_from::date AS date, a.what, a.before, a.after
      FROM (
        SELECT id, name, valid_from, row_number() OVER w AS version,
               status, lag(status) OVER w AS old_status,
               daily_budget, lag(daily_budget) OVER w AS old_daily_budget,
               lifetime_budget, lag(lifetime_budget) OVER w AS old_lifetime_budget,
               lag(name) OVER w AS old_name
        FROM (
          SELECT account_id, ${key} AS id, name, valid_from, status,
                 ${budget('daily_budget')}, ${budget('lifetime_budget')}
          FROM ${raw(`dim_${level}_history`)}
          WHERE ${join([sql`account_id = ANY(${ids}::bigint[])`, ...conditions], ' AND ')}
        ) v
        WINDOW w AS (PARTITION BY account_id, id ORDER BY valid_from)
      ) h CROSS JOIN LATERAL (VALUES
        ('status', h.old_status, h.status),
        ('daily_budget', h.old_daily_budget::text, h.daily_budget::text),
        ('lifetime_budget', h.old_lifetime_budget::text, h.lifetime_budget::text),
        ('name', h.old_name, h.name)
      ) a (what, before, after)
      WHERE h.version > 1`
}
