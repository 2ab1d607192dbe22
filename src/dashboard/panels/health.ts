import {
  addDays,
  type CalendarDate,
  dayIn,
  daysOf,
  earlierOf,
  isCalendarDate,
  toDateId,
} from '../../model/calendar-date.ts'
import { isReportName, REPORT_NAMES, type ReportName } from '../../model/report.ts'
import { isDay } from '../filter.ts'
import { type Panel, PanelError } from '../panel.ts'
import { sql } from '../sql.ts'
import { isSettling, zonesOf } from '../zones.ts'

const HISTORY_DAYS = 91

/** A day of a report over all accounts in view; the worst of any counts. */
export interface SliceDay {
  readonly date: CalendarDate
  /** Slices, i.e. accounts. */
  readonly loaded: number
  readonly failed: number
  /** Gone from the warehouse, into files or for good. */
  readonly archived: number
  readonly missing: number
  readonly rows: number
  /** Loaded for the last time while the API still restated the day. */
  readonly settling: number
}

export interface SliceCalendar {
  readonly since: CalendarDate
  readonly until: CalendarDate
  /** The first day that was ever asked for, and the last that can be. */
  readonly first: CalendarDate | null
  readonly newest: CalendarDate
  readonly reports: readonly {
    readonly report: ReportName
    readonly days: readonly SliceDay[]
    /** Of all days since the first, not only those shown. */
    readonly loaded: number
    readonly failed: number
    readonly newestLoad: string | null
  }[]
}

/** Which days of each report are loaded: a quarter that ends on `calendar`, or today. */
export const slices: Panel<SliceCalendar> = async ({ scope, params, reader, nowMs }) => {
  // Of all that is chosen, whatever currency is shown: the day that has begun in every zone.
  const newest = scope.chosen
    .map(({ timezone }) => dayIn(timezone ?? 'UTC', nowMs))
    .reduce(earlierOf, scope.today)
  const asked = params.get('calendar')
  const until = isDay(asked) ? earlierOf(asked, newest) : newest
  const since = addDays(until, 1 - HISTORY_DAYS)
  const [first = null, ...others] = scope.chosen.flatMap((account) => account.first ?? [])
  const ids = scope.chosen.map(({ id }) => id)
  const rows = await reader.read(sql`
    SELECT s.report, s.date,
           count(*) FILTER (WHERE s.status = 'loaded') AS loaded,
           count(*) FILTER (WHERE s.status = 'failed') AS failed,
           count(*) FILTER (WHERE s.status IN ('archived', 'dropped')) AS archived,
           coalesce(sum(s.row_count), 0) AS rows,
           count(*) FILTER (WHERE s.status = 'loaded' AND ${isSettling}) AS settling
    FROM etl_slice s
    JOIN ${zonesOf(scope.chosen, nowMs)} ON z.account_id = s.account_id
    WHERE s.date BETWEEN ${since}::date AND ${until}::date
    GROUP BY s.report, s.date`)
  const sums = await reader.read(sql`
    SELECT report, count(*) FILTER (WHERE status = 'loaded') AS loaded,
           count(*) FILTER (WHERE status = 'failed') AS failed, max(loaded_at) AS newest_load
    FROM etl_slice WHERE account_id = ANY(${ids}::bigint[]) GROUP BY report`)
  const byKey = new Map(rows.map((row) => [`${row.report} ${row.date}`, row]))
  return {
    since,
    until,
    first: first && others.reduce(earlierOf, first),
    newest,
    reports: REPORT_NAMES.flatMap((report) => {
      const sum = sums.find((row) => row.report === report)
      if (sum === undefined) return []
      return [
        {
          report,
          loaded: Number(sum.loaded),
          failed: Number(sum.failed),
          newestLoad: sum.newest_load instanceof Date ? sum.newest_load.toISOString() : null,
          days: daysOf(since, until).map((date) => {
            const row = byKey.get(`${report} ${date}`)
            const [loaded, failed] = [Number(row?.loaded ?? 0), Number(row?.failed ?? 0)]
            const archived = Number(row?.archived ?? 0)
            const expected = scope.chosen.filter(({ first }) => first !== null && first <= date).length
            return {
              date,
              loaded,
              failed,
              archived,
              missing: Math.max(0, expected - loaded - failed - archived),
              rows: Number(row?.rows ?? 0),
              settling: Number(row?.settling ?? 0),
            }
          }),
        },
      ]
    }),
  }
}

export interface SliceRow {
  readonly account_id: string
  readonly name: string
  readonly status: 'loaded' | 'failed' | 'archived' | 'dropped' | 'missing'
  readonly row_count: string | null
  readonly attempts: number | null
  readonly run_id: string | null
  readonly loaded_at: string | null
  readonly attempted_at: string | null
  readonly error: string | null
}

const MOST_SLICES = 200

/** The slices of one `report` and `date`, an account each; what is wrong comes first. Throws PanelError. */
export const sliceDay: Panel<readonly SliceRow[]> = async ({ scope, params, reader }) => {
  const [report, date] = [params.get('report') ?? '', params.get('date')]
  if (!isReportName(report) || !isCalendarDate(date)) throw new PanelError('A slice has a report and a date.')
  const rows = await reader.read(sql`
    SELECT a.account_id, a.name, coalesce(s.status, 'missing') AS status, s.row_count, s.attempts, s.run_id,
           s.loaded_at, s.attempted_at, s.error
    FROM dim_account a
    LEFT JOIN etl_slice s ON s.account_id = a.account_id AND s.report = ${report} AND s.date = ${date}::date
    WHERE a.account_id = ANY(${scope.chosen.map(({ id }) => id)}::bigint[])
    ORDER BY s.status = 'loaded' NULLS FIRST, a.name, a.account_id
    LIMIT ${MOST_SLICES}`)
  return rows as unknown as SliceRow[]
}

export interface RunRow {
  readonly run_id: string
  readonly status: 'running' | 'succeeded' | 'partial' | 'failed'
  readonly started_at: string
  readonly finished_at: string | null
  readonly seconds: string | null
  readonly since: CalendarDate | null
  readonly until: CalendarDate | null
  readonly api_calls: string
  readonly error: string | null
}

const MOST_RUNS = 40

/** The last runs, the newest first. */
export const runs: Panel<readonly RunRow[]> = async ({ reader }) => {
  const rows = await reader.read(sql`
    SELECT run_id, status, started_at, finished_at, since, until, api_calls, error,
           greatest(0, round(extract(epoch FROM finished_at - started_at)::numeric, 1)) AS seconds
    FROM etl_run ORDER BY started_at DESC, run_id DESC LIMIT ${MOST_RUNS}`)
  return rows as unknown as RunRow[]
}

export interface ReconciledDay {
  readonly date: CalendarDate
  readonly ours: string
  readonly theirs: string
  readonly gap: string
}

/** What the ads were summed to, and what the API says the accounts spent, on each day of the range that has both. */
export const reconciliation: Panel<readonly ReconciledDay[]> = async ({ scope, reader }) => {
  const ids = scope.accounts.map(({ id }) => id)
  const rows = await reader.read(sql`
    SELECT t.date, sum(coalesce(f.spend, 0)) AS ours, sum(t.spend) AS theirs,
           sum(coalesce(f.spend, 0) - t.spend) AS gap
    FROM etl_account_total t
    JOIN etl_slice s ON s.account_id = t.account_id AND s.date = t.date AND s.report = 'core' AND s.status = 'loaded'
    JOIN dim_date d ON d.date = t.date
    LEFT JOIN (
      SELECT f.account_id, f.date_id, sum(f.spend) AS spend FROM fact_core_metrics f
      WHERE f.account_id = ANY(${ids}::bigint[])
        AND f.date_id BETWEEN ${toDateId(scope.since)} AND ${toDateId(scope.until)}
      GROUP BY f.account_id, f.date_id
    ) f ON f.account_id = t.account_id AND f.date_id = d.date_id
    WHERE t.account_id = ANY(${ids}::bigint[]) AND t.date BETWEEN ${scope.since}::date AND ${scope.until}::date
    GROUP BY t.date
    ORDER BY t.date`)
  return rows as unknown as ReconciledDay[]
}

export interface RejectRow {
  readonly report: string
  readonly reason: string
  readonly source_rows: string
  readonly newest: string
  readonly example: unknown
}

/** Records that could not be understood, by their reason. */
export const rejects: Panel<readonly RejectRow[]> = async ({ scope, reader }) => {
  const rows = await reader.read(sql`
    SELECT report, reason, sum(source_rows) AS source_rows, max(rejected_at) AS newest,
           (array_agg(payload ORDER BY reject_id DESC))[1] AS example
    FROM etl_reject
    WHERE account_id = ANY(${scope.chosen.map(({ id }) => id)}::bigint[])
    GROUP BY report, reason ORDER BY max(rejected_at) DESC LIMIT 50`)
  return rows as unknown as RejectRow[]
}
