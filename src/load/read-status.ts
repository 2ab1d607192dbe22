import type { ObjectId } from '../model/object-id.ts'
import type { Row, Warehouse } from './session.ts'

export interface WarehouseStatus {
  /** The newest first. */
  readonly runs: readonly Row[]
  /** One for each account and report: what is loaded, missing, failed between its first and last day. */
  readonly slices: readonly Row[]
  /** The newest missing or failed slices. */
  readonly holes: readonly Row[]
}

const RUNS = 10
const HOLES = 30

/** `$1` are the accounts that are asked for; null stands for all. */
const IS_ASKED = '($1::bigint[] IS NULL OR account_id = ANY ($1::bigint[]))'

/**
 * Days of an account and report between the first one that is loaded and the last one in the ledger, which lacks
 * them. Those before are yet to come while a first sync is on its way, the newest days first.
 */
const MISSING = `
  SELECT r.account_id, r.report, d.date FROM (
    SELECT account_id, report, min(date) FILTER (WHERE loaded_at IS NOT NULL) AS since, max(date) AS until
      FROM etl_slice WHERE ${IS_ASKED} GROUP BY 1, 2
  ) r JOIN dim_date d ON d.date BETWEEN r.since AND r.until
  EXCEPT SELECT account_id, report, date FROM etl_slice`

/** What the ledger says of the accounts, or of all when they are null. Reads only. */
export async function readStatus(
  warehouse: Warehouse,
  accounts: readonly ObjectId[] | null,
): Promise<WarehouseStatus> {
  const read = (sql: string, params: readonly unknown[] = []) =>
    warehouse.use((session) => session.query(sql, params))
  const runs = await read(
    `SELECT run_id, status, started_at, finished_at, since, until, api_calls, error,
            CASE WHEN finished_at IS NOT NULL
              -- A clock may be set back meanwhile.
              THEN greatest(0, round(extract(epoch FROM finished_at - started_at)::numeric, 1)) END AS seconds
     FROM etl_run ORDER BY started_at DESC, run_id DESC LIMIT ${RUNS}`,
  )
  const slices = await read(
    `SELECT s.account_id, a.name, s.report, s.since, s.until, s.loaded, coalesce(m.missing, 0) AS missing,
            s.failed, s.archived, s.dropped, s.rows, s.newest_load
     FROM (
       SELECT account_id, report, min(date) AS since, max(date) AS until,
              count(*) FILTER (WHERE status = 'loaded') AS loaded,
              count(*) FILTER (WHERE status = 'failed') AS failed,
              count(*) FILTER (WHERE status = 'archived') AS archived,
              count(*) FILTER (WHERE status = 'dropped') AS dropped,
              coalesce(sum(row_count) FILTER (WHERE status IN ('loaded', 'failed')), 0)::bigint AS rows,
              max(loaded_at) AS newest_load
       FROM etl_slice WHERE ${IS_ASKED} GROUP BY 1, 2
     ) s
     LEFT JOIN (SELECT account_id, report, count(*) AS missing FROM (${MISSING}) m GROUP BY 1, 2) m
       ON m.account_id = s.account_id AND m.report = s.report
     LEFT JOIN dim_account a ON a.account_id = s.account_id
     ORDER BY s.account_id, s.report`,
    [accounts],
  )
  const holes = await read(
    `SELECT account_id, report, date, 'missing' AS state, 0 AS attempts, NULL AS error FROM (${MISSING}) m
     UNION ALL
     SELECT account_id, report, date, status, attempts, error FROM etl_slice WHERE status = 'failed' AND ${IS_ASKED}
     ORDER BY date DESC, account_id, report LIMIT ${HOLES}`,
    [accounts],
  )
  return { runs, slices, holes }
}
