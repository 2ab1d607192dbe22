import type { Row, Warehouse } from '../session.ts'
import { IS_OPEN } from './requests.ts'

/** Of how many failed requests `status` shows the error. */
const EXAMPLES = 10

export interface QueueStatus {
  /** The runs of the queue that are not closed, and the newest that is, the newest first: requests by status. */
  readonly runs: readonly Row[]
  /** Requests of these runs that failed, the newest first. */
  readonly failed: readonly Row[]
}

/** What waits in the queue, what was put off, and what failed. Reads only. */
export async function readQueue(warehouse: Warehouse): Promise<QueueStatus> {
  const read = (sql: string) => warehouse.use((session) => session.query(sql))
  const shown = `
    SELECT run_id FROM etl_run WHERE asked IS NOT NULL AND (status = 'running'
       OR run_id = (SELECT max(run_id) FROM etl_run WHERE asked IS NOT NULL AND status <> 'running'))`
  const runs = await read(
    `SELECT r.run_id, r.status, r.firing, r.planned_at IS NOT NULL AS planned, count(q.request_id) AS requests,
            count(*) FILTER (WHERE q.${IS_OPEN}) AS open,
            count(*) FILTER (WHERE q.status = 'waiting' AND q.not_before > now()) AS put_off,
            max(q.not_before) FILTER (WHERE q.status = 'waiting') AS put_off_until,
            count(*) FILTER (WHERE q.status = 'failed') AS failed,
            count(*) FILTER (WHERE q.status = 'skipped') AS skipped
       FROM etl_run r LEFT JOIN etl_request q ON q.run_id = r.run_id
      WHERE r.run_id IN (${shown}) GROUP BY r.run_id ORDER BY r.run_id DESC`,
  )
  const failed = await read(
    `SELECT run_id, request_id, account_id, kind, report, since, until, error FROM etl_request
      WHERE status = 'failed' AND run_id IN (${shown}) ORDER BY ended_at DESC, request_id LIMIT ${EXAMPLES}`,
  )
  return { runs, failed }
}
