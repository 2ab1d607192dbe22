import { daysOf, parseCalendarDate } from '../model/calendar-date.ts'
import type { ObjectId } from '../model/object-id.ts'
import { isReportName } from '../model/report.ts'
import type { InsightsRequest, LedgerEntry, RequestOutcome } from '../model/slice.ts'
import type { Row, Session, Warehouse } from './session.ts'
import { storableText } from './storable-text.ts'

/** Every slice of an ad account that was ever asked for; those of reports that this program does not know are left out. */
export async function readLedger(warehouse: Warehouse, accountId: ObjectId): Promise<LedgerEntry[]> {
  const rows = await warehouse.use((session) =>
    session.query(
      'SELECT report, date, status, loaded_at FROM etl_slice WHERE account_id = $1 ORDER BY report, date',
      [accountId],
    ),
  )
  return rows.flatMap((row) => parseEntry(accountId, row))
}

function parseEntry(accountId: ObjectId, row: Row): LedgerEntry[] {
  const report = String(row.report)
  if (!isReportName(report)) return []
  return [
    {
      accountId,
      report,
      date: parseCalendarDate(String(row.date)),
      status: row.status === 'loaded' ? 'loaded' : 'failed',
      loadedAtMs: row.loaded_at instanceof Date ? row.loaded_at.getTime() : null,
    },
  ]
}

/** Marks every day of the request as loaded, also those without rows. Belongs in the transaction of their facts. */
export async function recordLoaded(
  session: Session,
  request: InsightsRequest,
  rowCounts: RequestOutcome['rowCounts'],
  at: { readonly runId: string; readonly nowMs: number },
): Promise<void> {
  const days = daysOf(request.since, request.until).map((date) => ({
    date,
    row_count: rowCounts.get(date) ?? 0,
  }))
  await session.query(
    `INSERT INTO etl_slice AS e
       (account_id, report, date, status, row_count, attempts, run_id, error, attempted_at, loaded_at)
     SELECT $1::bigint, $2, d.date, 'loaded', d.row_count, 1, $3::bigint, NULL, $4::timestamptz, $4::timestamptz
       FROM json_to_recordset($5::json) AS d (date date, row_count bigint) ORDER BY d.date
     ON CONFLICT (account_id, report, date) DO UPDATE SET
       status = excluded.status, row_count = excluded.row_count, attempts = e.attempts + 1,
       run_id = excluded.run_id, error = NULL, attempted_at = excluded.attempted_at,
       loaded_at = excluded.loaded_at`,
    [request.accountId, request.report, at.runId, new Date(at.nowMs).toISOString(), JSON.stringify(days)],
  )
}

/**
 * Marks every day of the request as failed. The facts of an earlier load stay, and with them when they were
 * loaded. `error` is for people, without secrets.
 */
export async function recordFailure(
  warehouse: Warehouse,
  request: InsightsRequest,
  failure: { readonly runId: string; readonly error: string; readonly nowMs: number },
): Promise<void> {
  await warehouse.use((session) =>
    session.query(
      `INSERT INTO etl_slice AS e (account_id, report, date, status, attempts, run_id, error, attempted_at)
       SELECT $1::bigint, $2, d.date::date, 'failed', 1, $3::bigint, $4, $5::timestamptz
         FROM json_array_elements_text($6::json) AS d (date) ORDER BY d.date
       ON CONFLICT (account_id, report, date) DO UPDATE SET
         status = excluded.status, attempts = e.attempts + 1, run_id = excluded.run_id,
         error = excluded.error, attempted_at = excluded.attempted_at`,
      [
        request.accountId,
        request.report,
        failure.runId,
        storableText(failure.error),
        new Date(failure.nowMs).toISOString(),
        JSON.stringify(daysOf(request.since, request.until)),
      ],
    ),
  )
}
