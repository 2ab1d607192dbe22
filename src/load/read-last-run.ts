import type { CheckResult } from '../model/quality.ts'
import type { Row, Warehouse } from './session.ts'

/** A run that has ended. */
export interface EndedRun {
  /** Who has started it: `sync`, or a schedule with its time zone. */
  readonly startedBy: string
  readonly runId: string
  readonly status: 'succeeded' | 'partial' | 'failed'
  readonly finishedAtMs: number
  /** What went wrong first, for people; null where nothing did. */
  readonly error: string | null
}

/** A firing without its moment: the name of its schedule, and the time zone. */
const STARTED_BY = `CASE WHEN firing IS NULL THEN 'sync' ELSE split_part(firing, ' ', 1) || ' ' || split_part(firing, ' ', 2) END`
/** A schedule that has started nothing for so long is one no more. */
const OLDEST = "interval '8 days'"

/** The last run that has ended of each who starts some, the newest first: one says nothing of the accounts of another. */
export async function readLastRuns(warehouse: Warehouse): Promise<EndedRun[]> {
  const rows = await warehouse.use((session) =>
    session.query(
      `SELECT * FROM (
         SELECT DISTINCT ON (1) ${STARTED_BY} AS started_by, run_id, status, started_at, finished_at, error FROM etl_run
          WHERE status <> 'running' ORDER BY 1, started_at DESC, run_id DESC) r
        WHERE started_by = 'sync' OR started_at > (SELECT max(started_at) FROM etl_run) - ${OLDEST}
        ORDER BY started_at DESC, run_id DESC`,
    ),
  )
  return rows.map(parseRun)
}

function parseRun({
  started_by: startedBy,
  run_id: id,
  status,
  finished_at: finishedAt,
  error,
}: Row): EndedRun {
  return {
    startedBy: String(startedBy),
    runId: String(id),
    status: status === 'succeeded' || status === 'partial' ? status : 'failed',
    finishedAtMs: finishedAt instanceof Date ? finishedAt.getTime() : 0,
    error: typeof error === 'string' ? error : null,
  }
}

/** The checks of the last run that made any. */
export async function readLastChecks(
  warehouse: Warehouse,
): Promise<Pick<CheckResult, 'name' | 'status' | 'detail'>[]> {
  const rows = await warehouse.use((session) =>
    session.query(
      `SELECT check_name, status, detail FROM etl_check
        WHERE run_id = (SELECT max(run_id) FROM etl_check) ORDER BY check_id`,
    ),
  )
  return rows.map(({ check_name: name, status, detail }) => ({
    name: String(name),
    status: status === 'pass' || status === 'warn' ? status : 'fail',
    detail: String(detail),
  }))
}
