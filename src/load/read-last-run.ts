import type { CheckResult } from '../model/quality.ts'
import type { Row, Warehouse } from './session.ts'

/** A run that has ended. */
export interface EndedRun {
  readonly runId: string
  readonly status: 'succeeded' | 'partial' | 'failed'
  readonly finishedAtMs: number
  /** What went wrong first, for people; null where nothing did. */
  readonly error: string | null
}

/** The last run that has ended; null when none ever did. */
export async function readLastRun(warehouse: Warehouse): Promise<EndedRun | null> {
  const [row] = await warehouse.use((session) =>
    session.query(
      `SELECT run_id, status, finished_at, error FROM etl_run
        WHERE status <> 'running' ORDER BY started_at DESC, run_id DESC LIMIT 1`,
    ),
  )
  return row === undefined ? null : parseRun(row)
}

function parseRun({ run_id: id, status, finished_at: finishedAt, error }: Row): EndedRun {
  return {
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
