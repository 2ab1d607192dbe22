import type { CalendarDate } from '../../model/calendar-date.ts'
import type { ReportName } from '../../model/report.ts'
import { monthsOf } from '../fact-months.ts'
import { noteEnd, type RunEnd } from '../runs.ts'
import type { Row, Session, Warehouse } from '../session.ts'
import { IS_OPEN } from './requests.ts'

/** What a run of the queue was asked for. */
export interface AskedRun {
  readonly days:
    | { readonly since: CalendarDate; readonly until: CalendarDate }
    | { readonly days: number }
    | null
  /** Ids without act_, or `all`. */
  readonly accounts: readonly string[] | 'all'
  readonly reports: readonly ReportName[]
  /** The trace that its workers continue, in the form of W3C; absent without traces. */
  readonly traceparent?: string
}

/** Notes that a run of the queue has begun; null when its firing has begun one before. */
export async function startQueuedRun(
  warehouse: Warehouse,
  asked: AskedRun,
  firing: string | null,
  nowMs: number,
): Promise<string | null> {
  const [run] = await warehouse.use((session) =>
    session.query(
      `INSERT INTO etl_run (status, started_at, asked, firing)
       VALUES ('running', $1::timestamptz, $2::jsonb, $3) ON CONFLICT (firing) DO NOTHING RETURNING run_id`,
      [new Date(nowMs).toISOString(), JSON.stringify(asked), firing],
    ),
  )
  return run === undefined ? null : String(run.run_id)
}

/** The run of a firing whose planning has not ended; null when it has, or there is none. */
export async function unplannedRunOf(warehouse: Warehouse, firing: string): Promise<string | null> {
  const [run] = await warehouse.use((session) =>
    session.query('SELECT run_id FROM etl_run WHERE firing = $1 AND planned_at IS NULL', [firing]),
  )
  return run === undefined ? null : String(run.run_id)
}

/**
 * All requests of the run are known. `planError` says why there are no more of them: it stays with the run, whatever
 * becomes of those that there are.
 */
export async function markPlanned(
  warehouse: Warehouse,
  runId: string,
  planError: string | null,
  nowMs: number,
): Promise<void> {
  await warehouse.use((session) =>
    session.query(
      `UPDATE etl_run SET planned_at = $2::timestamptz,
              asked = asked || jsonb_strip_nulls(jsonb_build_object('planError', $3::text))
        WHERE run_id = $1 AND planned_at IS NULL`,
      [runId, new Date(nowMs).toISOString(), planError],
    ),
  )
}

/** Runs of the queue that have not been closed, the oldest first. */
export interface OpenRun {
  readonly runId: string
  readonly startedMs: number
  readonly isPlanned: boolean
  /** Requests that have not ended. */
  readonly open: number
  readonly asked: AskedRun
}

export async function readOpenRuns(warehouse: Warehouse): Promise<OpenRun[]> {
  const rows = await warehouse.use((session) =>
    session.query(
      `SELECT r.run_id, r.started_at, r.planned_at IS NOT NULL AS is_planned, r.asked,
              (SELECT count(*) FROM etl_request q WHERE q.run_id = r.run_id AND ${IS_OPEN}) AS open
         FROM etl_run r WHERE r.asked IS NOT NULL AND r.status = 'running' ORDER BY r.run_id`,
    ),
  )
  return rows.map(parseOpenRun)
}

/** A run that may be closed: all of it is planned, and nothing is open; null otherwise. */
export async function readEndedRun(session: Session, runId: string): Promise<OpenRun | null> {
  const [row] = await session.query(
    `SELECT r.run_id, r.started_at, true AS is_planned, r.asked, 0 AS open FROM etl_run r
      WHERE r.run_id = $1 AND r.status = 'running' AND r.planned_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM etl_request q WHERE q.run_id = r.run_id AND ${IS_OPEN})`,
    [runId],
  )
  return row === undefined ? null : parseOpenRun(row)
}

/** Closes a run whose requests have all ended. False when it is closed already, or something of it is open again. */
export async function finishQueuedRun(
  warehouse: Warehouse,
  runId: string,
  end: RunEnd,
  nowMs: number,
): Promise<boolean> {
  return warehouse.use((session) =>
    session.transaction(async () => {
      // Who takes it up again waits for this, or this for them: what is open is looked for after that.
      await session.query('SELECT FROM etl_run WHERE run_id = $1 FOR UPDATE', [runId])
      if ((await readEndedRun(session, runId)) === null) return false
      await noteEnd(session, runId, end, nowMs)
      return true
    }),
  )
}

/** Whether the run is still being planned; holds off, until the transaction ends, who would close it. */
export async function isBeingPlanned(session: Session, runId: string): Promise<boolean> {
  const rows = await session.query(
    `SELECT FROM etl_run WHERE run_id = $1 AND status = 'running' AND planned_at IS NULL FOR SHARE`,
    [runId],
  )
  return rows.length > 0
}

/** Forgets which accounts could not be planned: they are tried again. */
export async function forgetFailedAccounts(warehouse: Warehouse, runId: string): Promise<void> {
  await warehouse.use((session) =>
    session.query(`DELETE FROM etl_request WHERE run_id = $1 AND kind = 'account'`, [runId]),
  )
}

/** Whether requests of the account are open in another run: its days are being read anyway. */
export async function isAtWork(warehouse: Warehouse, accountId: string, runId: string): Promise<boolean> {
  const rows = await warehouse.use((session) =>
    session.query(
      `SELECT FROM etl_request q JOIN etl_run r ON r.run_id = q.run_id
        WHERE q.account_id = $1 AND q.run_id <> $2 AND q.${IS_OPEN} AND r.status = 'running' LIMIT 1`,
      [accountId, runId],
    ),
  )
  return rows.length > 0
}

/** Whether the run has planned the account before. */
export async function isPlanned(session: Session, runId: string, accountId: string): Promise<boolean> {
  const rows = await session.query('SELECT FROM etl_request WHERE run_id = $1 AND account_id = $2 LIMIT 1', [
    runId,
    accountId,
  ])
  return rows.length > 0
}

/** Of the months of these days, by their numbers, those of which the run has no facts to load any more. */
export async function monthsWithoutRequests(
  warehouse: Warehouse,
  runId: string,
  report: ReportName,
  { since, until }: { readonly since: CalendarDate; readonly until: CalendarDate },
): Promise<Set<number>> {
  const ended = new Set<number>()
  for (const { number, first, next } of monthsOf(since, until)) {
    const rows = await warehouse.use((session) =>
      session.query(
        `SELECT FROM etl_run r WHERE r.run_id = $1 AND r.planned_at IS NOT NULL AND NOT EXISTS (
           SELECT FROM etl_request q WHERE q.run_id = $1 AND q.report = $2 AND q.${IS_OPEN}
              AND q.since < $4::date AND q.until >= $3::date)`,
        [runId, report, first, next],
      ),
    )
    if (rows.length > 0) ended.add(number)
  }
  return ended
}

/** How many requests the run has, of how many accounts. */
export async function countRequests(
  warehouse: Warehouse,
  runId: string,
): Promise<{ requests: number; accounts: number }> {
  const [row] = await warehouse.use((session) =>
    session.query(
      `SELECT count(*) AS requests, count(DISTINCT account_id) AS accounts FROM etl_request
        WHERE run_id = $1 AND kind <> 'account'`,
      [runId],
    ),
  )
  return { requests: Number(row?.requests), accounts: Number(row?.accounts) }
}

/** A closed run goes on: some of its requests wait again. */
export async function reopenRun(session: Session, runId: string): Promise<void> {
  // Who closes it has it, too: it is either closed before, or sees what is open again.
  await session.query('SELECT FROM etl_run WHERE run_id = $1 FOR UPDATE', [runId])
  await session.query(
    `UPDATE etl_run SET status = 'running', finished_at = NULL, error = NULL WHERE run_id = $1`,
    [runId],
  )
}

/** Whether there is such a run of the queue. */
export async function isQueued(warehouse: Warehouse, runId: string): Promise<boolean> {
  const rows = await warehouse.use((session) =>
    session.query('SELECT FROM etl_run WHERE run_id = $1 AND asked IS NOT NULL', [runId]),
  )
  return rows.length > 0
}

/** The newest run of the queue, closed or not; null when there was none. */
export async function newestQueuedRun(warehouse: Warehouse): Promise<string | null> {
  const [row] = await warehouse.use((session) =>
    session.query('SELECT max(run_id) AS run_id FROM etl_run WHERE asked IS NOT NULL'),
  )
  return row?.run_id == null ? null : String(row.run_id)
}

function parseOpenRun(row: Row): OpenRun {
  return {
    runId: String(row.run_id),
    startedMs: row.started_at instanceof Date ? row.started_at.getTime() : 0,
    isPlanned: row.is_planned === true,
    open: Number(row.open),
    asked: row.asked as AskedRun,
  }
}
