import type { Row, Warehouse } from '../session.ts'

/** What a run of the queue has come to, as its rows tell: sums over its requests, and what failed. */
export interface RunRows {
  readonly run: Row
  /** By account: name, currency, time zone of its accounts. */
  readonly accounts: readonly Row[]
  /** One for each request, without the ids. */
  readonly requests: readonly Row[]
}

/** Of a run that was looked at before: requests that have ended since then, and those that have come since. */
export interface News {
  readonly endedSinceMs: number
  readonly afterId: number
}

export async function readRunRows(
  warehouse: Warehouse,
  runId: string,
  news: News = { endedSinceMs: 0, afterId: 0 },
): Promise<RunRows | null> {
  const read = (sql: string, ...more: readonly unknown[]) =>
    warehouse.use((session) => session.query(sql, [runId, ...more]))
  const [run] = await read(
    'SELECT run_id, status, asked, error, started_at, finished_at FROM etl_run WHERE run_id = $1',
  )
  if (run === undefined) return null
  const accounts = await read(
    `SELECT account_id, name, currency, timezone_name, account_status FROM dim_account
      WHERE account_id IN (SELECT account_id FROM etl_request WHERE run_id = $1 AND kind <> 'account')
      ORDER BY account_id`,
  )
  const requests = await read(
    `SELECT request_id, run_id, source, account_id, kind, report, since, until, priority, postponed, status, outcome,
            error, error_kind FROM etl_request
      WHERE run_id = $1 AND (ended_at >= $2::timestamptz OR request_id > $3::bigint) ORDER BY ended_at, request_id`,
    new Date(news.endedSinceMs).toISOString(),
    news.afterId,
  )
  return { run, accounts, requests }
}

/** The ids that the records of a run have named, by kind of object. */
export async function readSeen(
  warehouse: Warehouse,
  runId: string,
  column: 'seen_campaigns' | 'seen_adsets' | 'seen_ads',
): Promise<string[]> {
  const rows = await warehouse.use((session) =>
    session.query(`SELECT DISTINCT unnest(${column}) AS id FROM etl_request WHERE run_id = $1`, [runId]),
  )
  return rows.map(({ id }) => String(id))
}

/** Of runs that ended long ago nobody asks for single requests any more. */
export async function forgetOldRequests(warehouse: Warehouse, beforeMs: number): Promise<void> {
  await warehouse.use((session) =>
    session.query(
      'DELETE FROM etl_request WHERE run_id IN (SELECT run_id FROM etl_run WHERE finished_at < $1::timestamptz)',
      [new Date(beforeMs).toISOString()],
    ),
  )
}

/** They have been compared with the facts. */
export async function forgetSeen(warehouse: Warehouse, runId: string): Promise<void> {
  await warehouse.use((session) =>
    session.query(
      `UPDATE etl_request SET seen_campaigns = NULL, seen_adsets = NULL, seen_ads = NULL
        WHERE run_id = $1 AND (seen_campaigns IS NOT NULL OR seen_adsets IS NOT NULL OR seen_ads IS NOT NULL)`,
      [runId],
    ),
  )
}
