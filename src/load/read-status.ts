import type { Row, Warehouse } from './session.ts'

export interface WarehouseStatus {
  /** The newest first. */
  readonly runs: readonly Row[]
  /** One for each account and report: what is loaded, missing, failed between its first and last day. */
  readonly slices: readonly Row[]
  /** The newest missing or failed slices. */
  readonly holes: readonly Row[]
  /** The last days of each report over all accounts, by report and date. */
  readonly calendar: readonly CalendarDay[]
}

/** What the ledger has of a report of one day; counts are slices, i.e. accounts. */
export interface CalendarDay {
  readonly report: string
  readonly date: string
  /** Accounts whose first and last day in the ledger have it between them. */
  readonly expected: number
  readonly loaded: number
  readonly failed: number
  /** Loaded for the last time while the API still restated the day. */
  readonly settling: number
  /** Source rows. */
  readonly rows: number
}

const CALENDAR_DAYS = 91

const RUNS = 10
const HOLES = 30

/** Days between the first and last of an account and report that the ledger lacks. */
const MISSING = `
  SELECT r.account_id, r.report, d.date FROM (
    SELECT account_id, report, min(date) AS since, max(date) AS until FROM etl_slice GROUP BY 1, 2
  ) r JOIN dim_date d ON d.date BETWEEN r.since AND r.until
  EXCEPT SELECT account_id, report, date FROM etl_slice`

/** What the ledger says of the warehouse. Reads only. */
export async function readStatus(warehouse: Warehouse): Promise<WarehouseStatus> {
  const read = (sql: string) => warehouse.use((session) => session.query(sql))
  const runs = await read(
    `SELECT run_id, status, started_at, finished_at, since, until, api_calls, error,
            CASE WHEN finished_at IS NOT NULL
              -- A clock may be set back meanwhile.
              THEN greatest(0, round(extract(epoch FROM finished_at - started_at)::numeric, 1)) END AS seconds
     FROM etl_run ORDER BY started_at DESC, run_id DESC LIMIT ${RUNS}`,
  )
  const slices = await read(
    `SELECT s.account_id, a.name, s.report, s.since, s.until, s.loaded, coalesce(m.missing, 0) AS missing,
            s.failed, s.rows, s.newest_load
     FROM (
       SELECT account_id, report, min(date) AS since, max(date) AS until,
              count(*) FILTER (WHERE status = 'loaded') AS loaded,
              count(*) FILTER (WHERE status = 'failed') AS failed,
              coalesce(sum(row_count), 0)::bigint AS rows, max(loaded_at) AS newest_load
       FROM etl_slice GROUP BY 1, 2
     ) s
     LEFT JOIN (SELECT account_id, report, count(*) AS missing FROM (${MISSING}) m GROUP BY 1, 2) m
       ON m.account_id = s.account_id AND m.report = s.report
     LEFT JOIN dim_account a ON a.account_id = s.account_id
     ORDER BY s.account_id, s.report`,
  )
  const holes = await read(
    `SELECT account_id, report, date, 'missing' AS state, 0 AS attempts, NULL AS error FROM (${MISSING}) m
     UNION ALL
     SELECT account_id, report, date, status, attempts, error FROM etl_slice WHERE status = 'failed'
     ORDER BY date DESC, account_id, report LIMIT ${HOLES}`,
  )
  const calendar = await read(
    `SELECT r.report, d.date, count(*) AS expected,
            count(*) FILTER (WHERE s.status = 'loaded') AS loaded,
            count(*) FILTER (WHERE s.status = 'failed') AS failed,
            count(*) FILTER (WHERE s.status = 'loaded' AND s.loaded_at::date - s.date < 28) AS settling,
            coalesce(sum(s.row_count), 0) AS rows
     FROM (SELECT account_id, report, min(date) AS since, max(date) AS until FROM etl_slice GROUP BY 1, 2) r
     JOIN dim_date d ON d.date BETWEEN r.since AND r.until
       AND d.date > (SELECT max(date) FROM etl_slice) - ${CALENDAR_DAYS}
     LEFT JOIN etl_slice s ON s.account_id = r.account_id AND s.report = r.report AND s.date = d.date
     GROUP BY r.report, d.date ORDER BY r.report, d.date`,
  )
  return { runs, slices, holes, calendar: calendar.map(toCalendarDay) }
}

function toCalendarDay({ report, date, expected, loaded, failed, settling, rows }: Row): CalendarDay {
  return {
    report: String(report),
    date: String(date),
    expected: Number(expected),
    loaded: Number(loaded),
    failed: Number(failed),
    settling: Number(settling),
    rows: Number(rows),
  }
}
