import { type CalendarDate, daysOf, parseCalendarDate } from '../model/calendar-date.ts'
import type { ObjectId } from '../model/object-id.ts'
import type { AccountTotal } from '../model/slice.ts'
import type { Warehouse } from './session.ts'

/** What the API answered for these days, both included; a day that it left out had no delivery. */
interface ReadTotals {
  readonly since: CalendarDate
  readonly until: CalendarDate
  readonly totals: readonly AccountTotal[]
}

/** Keeps the API's own total of each day, zeros included, with the run that has read it. */
export async function saveAccountTotals(
  warehouse: Warehouse,
  accountId: ObjectId,
  { since, until, totals }: ReadTotals,
  at: { readonly runId: string; readonly nowMs: number },
): Promise<void> {
  const byDate = new Map(totals.map((total) => [total.date, total]))
  const days = daysOf(since, until).map((date) => {
    const { spend, impressions, clicks } = byDate.get(date) ?? { spend: '0', impressions: '0', clicks: '0' }
    return { date, spend, impressions, clicks }
  })
  await warehouse.use((session) =>
    session.query(
      `INSERT INTO etl_account_total (account_id, date, spend, impressions, clicks, run_id, read_at)
       SELECT $1::bigint, d.date, d.spend, d.impressions, d.clicks, $2::bigint, $3::timestamptz
         FROM json_to_recordset($4::json) AS d (date date, spend numeric, impressions bigint, clicks bigint)
        ORDER BY d.date
       ON CONFLICT (account_id, date) DO UPDATE SET
         spend = excluded.spend, impressions = excluded.impressions, clicks = excluded.clicks,
         run_id = excluded.run_id, read_at = excluded.read_at`,
      [accountId, at.runId, new Date(at.nowMs).toISOString(), JSON.stringify(days)],
    ),
  )
}

/** The days, in their order, whose core facts are loaded while the API's total of them was never read. */
export async function daysWithoutTotal(warehouse: Warehouse, accountId: ObjectId): Promise<CalendarDate[]> {
  const rows = await warehouse.use((session) =>
    session.query(
      `SELECT s.date FROM etl_slice s
         LEFT JOIN etl_account_total t ON t.account_id = s.account_id AND t.date = s.date
        WHERE s.account_id = $1::bigint AND s.report = 'core' AND s.loaded_at IS NOT NULL AND s.status IN ('loaded', 'failed')
          AND t.account_id IS NULL
        ORDER BY s.date`,
      [accountId],
    ),
  )
  return rows.map(({ date }) => parseCalendarDate(String(date)))
}
