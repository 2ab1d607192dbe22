import type { Row, Warehouse } from '../session.ts'

/** The row of a run; null when there is none. */
export async function readRun(warehouse: Warehouse, runId: string): Promise<Row | null> {
  const [run] = await warehouse.use((session) =>
    session.query(
      `SELECT run_id, status, started_at, finished_at, asked ->> 'planError' AS plan_error FROM etl_run WHERE run_id = $1`,
      [runId],
    ),
  )
  return run ?? null
}

/** The accounts that a run has planned: name, currency, time zone. */
export async function readRunAccounts(warehouse: Warehouse, runId: string): Promise<Row[]> {
  return warehouse.use((session) =>
    session.query(
      `SELECT account_id, name, currency, timezone_name, account_status FROM dim_account
        WHERE account_id IN (SELECT account_id FROM etl_request WHERE run_id = $1 AND kind <> 'account')
        ORDER BY account_id`,
      [runId],
    ),
  )
}

/** Of a run that was looked at before: requests that have ended since then, and those that have come since. */
export interface News {
  readonly endedSinceMs: number
  readonly afterId: number
}

/** A first sync of thousands of accounts has a million of them. */
const PAGE_ROWS = 10_000

/** The requests of a run in the order of their numbers, without the ids that they have seen. */
export async function* readRunRequests(
  warehouse: Warehouse,
  runId: string,
  news: News = { endedSinceMs: 0, afterId: 0 },
): AsyncGenerator<readonly Row[], void, undefined> {
  const since = new Date(news.endedSinceMs).toISOString()
  for (let last = '0'; ; ) {
    const rows = await warehouse.use((session) =>
      session.query(
        `SELECT request_id, run_id, source, account_id, kind, report, since, until, priority, postponed, status,
                outcome, error, error_kind FROM etl_request
          WHERE run_id = $1 AND (ended_at >= $2::timestamptz OR request_id > $3::bigint) AND request_id > $4::bigint
          ORDER BY request_id LIMIT ${PAGE_ROWS}`,
        [runId, since, news.afterId, last],
      ),
    )
    if (rows.length > 0) yield rows
    if (rows.length < PAGE_ROWS) return
    last = String(rows.at(-1)?.request_id)
  }
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
