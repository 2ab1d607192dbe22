import { type CalendarDate, createDayIn, daysBetween, isCalendarDate } from '../model/calendar-date.ts'
import type { FactTableName } from '../model/fact.ts'
import type { CheckResult, CheckStatus, ReadRows } from '../model/quality.ts'
import { REPORTS, type ReportName } from '../model/report.ts'
import { examples, grouped, percent, worst } from './figures.ts'
import { accountLabel, accountsById, type CheckScope, IN_SCOPE, scopeParams } from './scope.ts'

/** Two figures of one account and day that ought to be one. */
interface Gap {
  readonly accountId: unknown
  readonly date: unknown
  readonly measure: string
  readonly ours: string
  readonly theirs: string
  /** Of the larger one; 0 to 1. */
  readonly share: number
}

const SUMS = 'sum(f.spend) AS spend, sum(f.impressions) AS impressions, sum(f.clicks_all) AS clicks'
const MEASURES = ['spend', 'impressions', 'clicks'] as const
const NUMBERS = MEASURES.map(
  (m) => `coalesce(ours.${m}, 0) AS ours_${m}, coalesce(theirs.${m}, 0) AS theirs_${m}`,
)
const DIFFER = MEASURES.map((m) => `coalesce(ours.${m}, 0) <> coalesce(theirs.${m}, 0)`)

/**
 * The age in days from which on the API does not change a day any more, and one for the time zones. Figures of a
 * younger day that were read by different runs differ without being wrong, and are not held against each other.
 */
const FINAL_AGE = 29

/** The facts against the API's own total of each account and day, as the same run has read both. */
export async function reconcileWithApi(read: ReadRows, scope: CheckScope): Promise<CheckResult[]> {
  if (!scope.reports.includes('core')) return []
  const loaded = await read(
    `SELECT t.account_id, t.date, t.loaded_at, ${NUMBERS},
            theirs.account_id IS NOT NULL AND (theirs.run_id = t.run_id
              OR least(theirs.read_at, t.loaded_at) >= t.date + ${FINAL_AGE}) AS proven
     FROM (SELECT f.account_id, f.date, f.run_id, f.loaded_at FROM etl_slice f
           WHERE f.account_id = ANY($1::bigint[]) AND f.report = 'core' AND f.status = 'loaded') t
     JOIN dim_date d ON d.date = t.date AND d.date_id BETWEEN $2 AND $3
     LEFT JOIN etl_account_total theirs ON theirs.account_id = t.account_id AND theirs.date = t.date
     LEFT JOIN (SELECT f.account_id, f.date_id, ${SUMS} FROM fact_core_metrics f WHERE ${IN_SCOPE} GROUP BY 1, 2) ours
       ON ours.account_id = t.account_id AND ours.date_id = d.date_id
     ORDER BY 1, 2`,
    scopeParams(scope),
  )
  const whole = loaded.filter(wasWhole(scope))
  const proven = whole.filter((row) => row.proven === true)
  const compared = result(scope, {
    name: 'reconciliation_api',
    gaps: proven.flatMap(gapsOf),
    days: proven.length,
    bound: scope.thresholds.reconciliationGap,
    theirs: "the API's account total",
    nothing: 'no whole day to compare',
  })
  const unproven = whole.filter((row) => row.proven !== true)
  if (unproven.length === 0 || compared.status === 'fail') return [compared]
  const accounts = accountsById(scope)
  const days = unproven.map((row) => `${accountLabel(accounts, row.account_id)}, ${row.date}`)
  const dates = unproven.map((row) => String(row.date)).sort()
  const detail =
    `${unproven.length} of ${whole.length} days are not proven: the run that loaded them has not read the API's account total: ` +
    `${examples(days, 3)}. Run fbads sync --since ${dates.at(0)} --until ${dates.at(-1)}.`
  return [{ ...compared, status: 'warn', detail: gapsFirst(compared, detail) }]
}

function gapsFirst({ status, detail }: CheckResult, unproven: string): string {
  return status === 'warn' ? `${detail} ${unproven}` : unproven
}

/**
 * Each breakdown's sum against the core facts, on the days for which both are loaded: by the same run, or when
 * the day was final.
 */
export async function reconcileBreakdowns(read: ReadRows, scope: CheckScope): Promise<CheckResult[]> {
  const breakdowns = scope.reports.filter((report) => REPORTS[report].breakdowns.length > 0)
  return Promise.all(
    breakdowns.flatMap((report) =>
      REPORTS[report].tables.map((table) => reconcileBreakdown(read, scope, report, table)),
    ),
  )
}

async function reconcileBreakdown(
  read: ReadRows,
  scope: CheckScope,
  report: ReportName,
  table: FactTableName,
): Promise<CheckResult> {
  const sums = (source: string) =>
    `(SELECT f.account_id, f.date_id, ${SUMS} FROM ${source} f WHERE ${IN_SCOPE} GROUP BY 1, 2)`
  const days = await read(
    `SELECT paired.account_id, d.date, paired.loaded_at, ${NUMBERS}
     FROM (SELECT f.account_id, f.date, min(f.loaded_at) AS loaded_at FROM etl_slice f
           WHERE f.account_id = ANY($1::bigint[]) AND f.status = 'loaded' AND f.report IN ('core', $4)
           GROUP BY 1, 2 HAVING count(*) = 2
             AND (min(f.run_id) = max(f.run_id) OR min(f.loaded_at) >= f.date + ${FINAL_AGE})) paired
     JOIN dim_date d ON d.date = paired.date AND d.date_id BETWEEN $2 AND $3
     LEFT JOIN ${sums(table)} ours ON ours.account_id = paired.account_id AND ours.date_id = d.date_id
     LEFT JOIN ${sums('fact_core_metrics')} theirs ON theirs.account_id = paired.account_id AND theirs.date_id = d.date_id
     WHERE ${DIFFER.join(' OR ')} OR ours.account_id IS NOT NULL OR theirs.account_id IS NOT NULL
     ORDER BY 1, 2`,
    [...scopeParams(scope), report],
  )
  const whole = days.filter(wasWhole(scope))
  return result(scope, {
    name: `reconciliation_${report}`,
    gaps: whole.flatMap(gapsOf),
    days: whole.length,
    bound: scope.thresholds.breakdownGap,
    theirs: 'the core facts',
    nothing: `no day with both ${report} and core facts`,
  })
}

interface Comparison {
  readonly name: string
  readonly gaps: readonly Gap[]
  readonly days: number
  readonly bound: number
  readonly theirs: string
  readonly nothing: string
}

function result(scope: CheckScope, comparison: Comparison): CheckResult {
  const { name, gaps, days, bound, theirs, nothing } = comparison
  const status = worst(gaps.map((gap): CheckStatus => (gap.share > bound ? 'fail' : 'warn')))
  const differing = new Set(gaps.map((gap) => `${gap.accountId} ${gap.date}`)).size
  const accounts = accountsById(scope)
  const lines = gaps.map(
    (gap) =>
      `${accountLabel(accounts, gap.accountId)}, ${gap.date}: ${gap.measure} ${grouped(gap.ours)} here, ` +
      `${grouped(gap.theirs)} in ${theirs} (gap ${percent(gap.share, 3)})`,
  )
  return {
    name,
    status,
    measured: days === 0 ? null : `${days - differing} of ${days} days equal`,
    threshold: `gap at most ${percent(bound)}`,
    detail:
      days === 0
        ? nothing
        : gaps.length === 0
          ? `spend, impressions and clicks of each account and day against ${theirs}`
          : `${examples(lines, 3)}. Run sync for these days again; if the gap stays, compare with Ads Manager.`,
  }
}

function gapsOf(row: Record<string, unknown>): Gap[] {
  return MEASURES.map((measure) => {
    const ours = String(row[`ours_${measure}`])
    const theirs = String(row[`theirs_${measure}`])
    const larger = Math.max(Math.abs(Number(ours)), Math.abs(Number(theirs)))
    const share = larger === 0 ? 0 : Math.abs(Number(ours) - Number(theirs)) / larger
    return { accountId: row.account_id, date: row.date, measure, ours, theirs, share }
  }).filter((gap) => gap.share > 0)
}

/** Whether the row's day was over, in the account's time zone, when it was loaded: until then it moves. */
function wasWhole(scope: CheckScope): (row: Record<string, unknown>) => boolean {
  const dayOf = new Map<unknown, (ms: number) => CalendarDate>(
    scope.accounts.map((account) => [account.accountId, createDayIn(account.timeZone)]),
  )
  return ({ account_id: accountId, date, loaded_at: loadedAt }) => {
    const dayLoaded = loadedAt instanceof Date ? dayOf.get(accountId)?.(loadedAt.getTime()) : undefined
    return dayLoaded !== undefined && isCalendarDate(date) && daysBetween(date, dayLoaded) > 0
  }
}
