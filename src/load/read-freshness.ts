import { addDays, type CalendarDate, dayIn, daysBetween, isCalendarDate } from '../model/calendar-date.ts'
import { type ObjectId, toObjectId } from '../model/object-id.ts'
import type { ReportName } from '../model/report.ts'
import { zoneColumns } from './account-zones.ts'
import type { Warehouse } from './session.ts'

/** How far an active ad account's figures reach. */
export interface AccountFreshness {
  readonly accountId: ObjectId
  readonly name: string
  /** The newest day that each of its reports has, loaded when the day was over on the account's clock. */
  readonly newestDay: CalendarDate
  /** From that day to the account's yesterday; 0 when there is nothing more to have. */
  readonly lagDays: number
}

export interface FreshnessScope {
  /** Null stands for all that the warehouse knows. */
  readonly accounts: readonly ObjectId[] | null
  readonly reports: readonly ReportName[]
}

/**
 * The freshness of each ad account that is active and has a complete day at all, in the order of their ids. A report
 * that an account never got holds nothing back.
 */
export async function readFreshness(
  warehouse: Warehouse,
  { accounts: asked, reports }: FreshnessScope,
  nowMs: number,
): Promise<AccountFreshness[]> {
  const read = (sql: string, params: readonly unknown[]) =>
    warehouse.use((session) => session.query(sql, params))
  const rows = await read(
    `SELECT account_id, name, timezone_name FROM dim_account
      WHERE account_id <> 0 AND account_status = 'ACTIVE' AND ($1::bigint[] IS NULL OR account_id = ANY ($1::bigint[]))
      ORDER BY account_id`,
    [asked],
  )
  const accounts = rows.map((row) => ({
    id: String(row.account_id),
    name: String(row.name),
    timezone: typeof row.timezone_name === 'string' ? row.timezone_name : null,
  }))
  const { ids, minutes } = zoneColumns(accounts, nowMs)
  const days = await read(
    `SELECT account_id, min(newest) AS newest FROM (
       SELECT s.account_id, s.report,
              max(s.date) FILTER (
                WHERE ((s.loaded_at AT TIME ZONE 'UTC') + z.ahead * interval '1 minute')::date > s.date
              ) AS newest
         FROM etl_slice s JOIN unnest($1::bigint[], $2::integer[]) AS z (account_id, ahead)
           ON z.account_id = s.account_id
        WHERE s.report = ANY ($3::text[])
        GROUP BY s.account_id, s.report
     ) reports GROUP BY account_id`,
    [ids, minutes, reports],
  )
  const newest = new Map(days.map((row) => [String(row.account_id), row.newest]))
  return accounts.flatMap(({ id, name, timezone }): AccountFreshness[] => {
    const accountId = toObjectId(id)
    const newestDay = newest.get(id)
    if (accountId === null || !isCalendarDate(newestDay)) return []
    const yesterday = addDays(dayIn(timezone ?? 'UTC', nowMs), -1)
    return [{ accountId, name, newestDay, lagDays: Math.max(0, daysBetween(newestDay, yesterday)) }]
  })
}
