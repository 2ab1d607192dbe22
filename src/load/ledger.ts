import { type CalendarDate, daysOf, parseCalendarDate } from '../model/calendar-date.ts'
import type { ObjectId } from '../model/object-id.ts'
import { isReportName, type ReportName } from '../model/report.ts'
import type { InsightsRequest, LedgerEntry } from '../model/slice.ts'
import type { Row, Session, Warehouse } from './session.ts'
import { storableText } from './storable-text.ts'

/** Every slice of an ad account that was ever asked for; those of reports that this program does not know are left out. */
export async function readLedger(warehouse: Warehouse, accountId: ObjectId): Promise<LedgerEntry[]> {
  const rows = await warehouse.use((session) =>
    session.query(
      `SELECT report, date, status, loaded_at FROM etl_slice WHERE account_id = $1
        AND (report, date) NOT IN (SELECT report, date FROM etl_built_slice WHERE account_id = $1)
       UNION ALL SELECT report, date, 'loaded', loaded_at FROM etl_built_slice WHERE account_id = $1
       ORDER BY report, date`,
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

/** A slice whose facts a load has written, or has found as they have to be. */
export interface LoadedSlice {
  readonly date: CalendarDate
  /** Source rows. */
  readonly rowCount: number
  /** What its facts are, in short. */
  readonly fingerprint: string
}

/** Marks slices of the request as loaded, also those without rows. Belongs in the transaction of their facts. */
export async function recordLoaded(
  session: Session,
  request: InsightsRequest,
  slices: readonly LoadedSlice[],
  at: { readonly runId: string; readonly nowMs: number },
): Promise<void> {
  await session.query(toLedgerSql(`SELECT ${SLICES}`), valuesOf(request, slices, at))
}

/** The same of slices whose facts are built: they are in the ledger once their month is finished. */
export async function recordBuilt(
  session: Session,
  request: InsightsRequest,
  slices: readonly LoadedSlice[],
  at: { readonly runId: string; readonly nowMs: number },
): Promise<void> {
  await session.query(
    `INSERT INTO etl_built_slice (${SLICE_COLUMNS}) SELECT ${SLICES}`,
    valuesOf(request, slices, at),
  )
}

/** Moves the slices of a finished month, `first` included and `next` not, into the ledger. */
export async function moveBuilt(
  session: Session,
  report: ReportName,
  { first, next }: { readonly first: CalendarDate; readonly next: CalendarDate },
): Promise<void> {
  const finished = 'FROM etl_built_slice WHERE report = $1 AND date >= $2 AND date < $3'
  await session.query(toLedgerSql(`SELECT ${SLICE_COLUMNS} ${finished}`), [report, first, next])
  await session.query(`DELETE ${finished}`, [report, first, next])
}

const SLICE_COLUMNS = 'account_id, report, date, row_count, fingerprint, run_id, loaded_at'

/** These of each slice of a request. */
const SLICES = `$1::bigint, $2, d.date, d."rowCount", d.fingerprint, $3::bigint, $4::timestamptz
  FROM json_to_recordset($5::json) AS d (date date, "rowCount" bigint, fingerprint text) ORDER BY d.date`

function valuesOf(
  request: InsightsRequest,
  slices: readonly LoadedSlice[],
  at: { readonly runId: string; readonly nowMs: number },
): unknown[] {
  const loadedAt = new Date(at.nowMs).toISOString()
  return [request.accountId, request.report, at.runId, loadedAt, JSON.stringify(slices)]
}

function toLedgerSql(loaded: string): string {
  return `
    INSERT INTO etl_slice AS e
      (account_id, report, date, status, row_count, fingerprint, attempts, run_id, error, attempted_at, loaded_at)
    SELECT l.account_id, l.report, l.date, 'loaded', l.row_count, l.fingerprint, 1, l.run_id, NULL, l.loaded_at, l.loaded_at
      FROM (${loaded}) AS l (${SLICE_COLUMNS})
    ON CONFLICT (account_id, report, date) DO UPDATE SET
      status = excluded.status, row_count = excluded.row_count, fingerprint = excluded.fingerprint,
      attempts = e.attempts + 1, run_id = excluded.run_id, error = NULL, attempted_at = excluded.attempted_at,
      loaded_at = excluded.loaded_at`
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

/** The days of the request that the run has loaded already. */
export async function daysLoadedBy(
  warehouse: Warehouse,
  runId: string,
  { accountId, report, since, until }: InsightsRequest,
): Promise<Set<CalendarDate>> {
  const those = 'account_id = $1 AND report = $2 AND date BETWEEN $3 AND $4 AND run_id = $5'
  const rows = await warehouse.use((session) =>
    session.query(
      `SELECT date FROM etl_slice WHERE ${those} AND status = 'loaded'
       UNION SELECT date FROM etl_built_slice WHERE ${those}`,
      [accountId, report, since, until, runId],
    ),
  )
  return new Set(rows.map(({ date }) => parseCalendarDate(String(date))))
}

/** How many slices the ledger has, by their state. */
export async function countSlices(warehouse: Warehouse): Promise<Map<string, number>> {
  const rows = await warehouse.use((session) =>
    session.query('SELECT status, count(*) AS slices FROM etl_slice GROUP BY status'),
  )
  const found = new Map(rows.map(({ status, slices }) => [String(status), Number(slices)]))
  return new Map(['loaded', 'failed'].map((state) => [state, found.get(state) ?? 0]))
}
