import { type CalendarDate, daysOf } from '../model/calendar-date.ts'
import type { ObjectId } from '../model/object-id.ts'
import type { AccountTotal } from '../model/slice.ts'
import type { Warehouse } from './session.ts'

/** What the API answered for these days, both included; a day that it left out had no delivery. */
interface ReadTotals {
  readonly since: CalendarDate
  readonly until: CalendarDate
  readonly totals: readonly AccountTotal[]
}

/** Drops the totals of these days, both included, which are older than what is about to be held against them. */
export async function forgetAccountTotals(
  warehouse: Warehouse,
  accountId: ObjectId,
  since: CalendarDate,
  until: CalendarDate,
): Promise<void> {
  await warehouse.use((session) =>
    session.query(
      'DELETE FROM etl_account_total WHERE account_id = $1::bigint AND date BETWEEN $2::date AND $3::date',
      [accountId, since, until],
    ),
  )
}

/** Keeps the API's own total of each day, zeros included, writing only those that differ. */
export async function saveAccountTotals(
  warehouse: Warehouse,
  accountId: ObjectId,
  { since, until, totals }: ReadTotals,
  nowMs: number,
): Promise<void> {
  const byDate = new Map(totals.map((total) => [total.date, total]))
  const days = daysOf(since, until).map((date) => {
    const { spend, impressions, clicks } = byDate.get(date) ?? { spend: '0', impressions: '0', clicks: '0' }
    return { date, spend, impressions, clicks }
  })
  await warehouse.use((session) =>
    session.query(
      `INSERT INTO etl_account_total AS t (account_id, date, spend, impressions, clicks, read_at)
       SELECT $1::bigint, d.date, d.spend, d.impressions, d.clicks, $2::timestamptz
         FROM json_to_recordset($3::json) AS d (date date, spend numeric, impressions bigint, clicks bigint)
         LEFT JOIN (SELECT * FROM etl_account_total WHERE account_id = $1::bigint) old ON old.date = d.date
        WHERE old.date IS NULL
           OR (d.spend, d.impressions, d.clicks) IS DISTINCT FROM (old.spend, old.impressions, old.clicks)
        ORDER BY d.date
       ON CONFLICT (account_id, date) DO UPDATE SET
         spend = excluded.spend, impressions = excluded.impressions, clicks = excluded.clicks,
         read_at = excluded.read_at`,
      [accountId, new Date(nowMs).toISOString(), JSON.stringify(days)],
    ),
  )
}
