import type { CalendarDate } from '../model/calendar-date.ts'
import type { CheckResult } from '../model/quality.ts'
import type { Session, Warehouse } from './session.ts'
import { storableJson, storableText } from './storable-text.ts'

/** The days that a run looks at, both included; null while nobody knows. */
interface RunDays {
  readonly since: CalendarDate | null
  readonly until: CalendarDate | null
}

export interface RunEnd extends RunDays {
  readonly status: 'succeeded' | 'partial' | 'failed'
  readonly apiCalls: number
  /** For people, without secrets. */
  readonly error: string | null
}

/**
 * Notes that a run has begun and returns its id. A run that dies stays `running`: nobody else can tell it from
 * one whose requests other processes work on.
 */
export async function startRun(warehouse: Warehouse, days: RunDays, nowMs: number): Promise<string> {
  const [run] = await warehouse.use((session) =>
    session.query(
      `INSERT INTO etl_run (status, started_at, since, until)
       VALUES ('running', $1::timestamptz, $2::date, $3::date) RETURNING run_id`,
      [new Date(nowMs).toISOString(), days.since, days.until],
    ),
  )
  return String(run?.run_id)
}

/** Days that are null leave what `startRun` noted. */
export async function finishRun(
  warehouse: Warehouse,
  runId: string,
  end: RunEnd,
  nowMs: number,
): Promise<void> {
  await warehouse.use((session) => noteEnd(session, runId, end, nowMs))
}

/** The same, as a part of the session's transaction. */
export async function noteEnd(session: Session, runId: string, end: RunEnd, nowMs: number): Promise<void> {
  await session.query(
    `UPDATE etl_run SET status = $2, finished_at = $3::timestamptz, since = coalesce($4::date, since),
            until = coalesce($5::date, until), api_calls = $6::bigint, error = $7
      WHERE run_id = $1::bigint`,
    [
      runId,
      end.status,
      new Date(nowMs).toISOString(),
      end.since,
      end.until,
      String(end.apiCalls),
      end.error === null ? null : storableText(end.error),
    ],
  )
}

/** Keeps the checks of a run, in place of those that it had. */
export async function saveChecks(
  warehouse: Warehouse,
  runId: string,
  checks: readonly CheckResult[],
): Promise<void> {
  await warehouse.use((session) =>
    session.transaction(async () => {
      await session.query('DELETE FROM etl_check WHERE run_id = $1::bigint', [runId])
      await session.query(
        `INSERT INTO etl_check (run_id, check_name, status, measured, threshold, detail)
         SELECT $1::bigint, c.name, c.status, c.measured, c.threshold, c.detail
           FROM ROWS FROM (json_to_recordset($2::json) AS (name text, status text, measured text, threshold text, detail text))
                WITH ORDINALITY AS c ORDER BY c.ordinality`,
        [runId, storableJson(checks)],
      )
    }),
  )
}

/** The checks that a run has kept. */
export async function readChecks(warehouse: Warehouse, runId: string): Promise<CheckResult[]> {
  const rows = await warehouse.use((session) =>
    session.query(
      `SELECT check_name, status, measured, threshold, detail FROM etl_check WHERE run_id = $1 ORDER BY check_id`,
      [runId],
    ),
  )
  const text = (value: unknown) => (value === null || value === undefined ? null : String(value))
  return rows.map((row) => ({
    name: String(row.check_name),
    status: row.status === 'fail' || row.status === 'warn' ? row.status : 'pass',
    measured: text(row.measured),
    threshold: text(row.threshold),
    detail: String(row.detail ?? ''),
  }))
}
