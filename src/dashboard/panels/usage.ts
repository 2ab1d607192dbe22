import { addDays, type CalendarDate, dayIn, daysOf } from '../../model/calendar-date.ts'
import { UNKNOWN_ID } from '../../model/object-id.ts'
import type { Panel } from '../panel.ts'
import { sql } from '../sql.ts'

const HISTORY_DAYS = 28
/** Rows of `hours`, at most. */
export const MOST_HOURS = 1_000

/** Shares are in percent; null where no answer told any. */
export interface UsageDay {
  /** In UTC. */
  readonly date: CalendarDate
  /** The highest of any limit of the whole app. */
  readonly app: number | null
  /** The highest of any limit of an account. */
  readonly account: number | null
  readonly pauses: number
}

export interface UsageHour {
  readonly hour: string
  /** null: the whole app's limit. */
  readonly name: string | null
  readonly use_case: string
  readonly percent: string
  readonly pauses: number
  readonly paused_seconds: string
}

export interface Usage {
  readonly days: readonly UsageDay[]
  /** The newest first. */
  readonly hours: readonly UsageHour[]
}

/** How much of the API's rate limits was used: the last four weeks by day, and hour by hour. */
export const usage: Panel<Usage> = async ({ scope, reader, nowMs }) => {
  const until = dayIn('UTC', nowMs)
  const since = addDays(until, 1 - HISTORY_DAYS)
  const ids = [UNKNOWN_ID, ...scope.chosen.map(({ id }) => id)]
  const read = await reader.read(sql`
    SELECT (hour AT TIME ZONE 'UTC')::date AS date,
           max(percent) FILTER (WHERE account_id = 0 AND percent > 0) AS app,
           max(percent) FILTER (WHERE account_id <> 0 AND percent > 0) AS account,
           sum(pauses) AS pauses
    FROM etl_api_usage
    WHERE hour >= ${since}::date::timestamp AT TIME ZONE 'UTC' AND account_id = ANY(${ids}::bigint[])
    GROUP BY 1`)
  const hours = await reader.read(sql`
    SELECT u.hour, a.name, u.use_case, max(u.percent) AS percent, sum(u.pauses)::integer AS pauses,
           sum(u.paused_seconds) AS paused_seconds
    FROM etl_api_usage u
    LEFT JOIN dim_account a ON a.account_id = u.account_id AND u.account_id <> 0
    WHERE u.hour >= ${since}::date::timestamp AT TIME ZONE 'UTC' AND u.account_id = ANY(${ids}::bigint[])
    GROUP BY u.hour, u.account_id, a.name, u.use_case
    ORDER BY u.hour DESC, max(u.percent) DESC, u.account_id, u.use_case
    LIMIT ${MOST_HOURS}`)
  const byDate = new Map(read.map((row) => [row.date, row]))
  const toNumber = (value: unknown) => (value == null ? null : Number(value))
  return {
    days: daysOf(since, until).map((date) => {
      const row = byDate.get(date)
      return {
        date,
        app: toNumber(row?.app),
        account: toNumber(row?.account),
        pauses: Number(row?.pauses ?? 0),
      }
    }),
    hours: hours as unknown as UsageHour[],
  }
}
