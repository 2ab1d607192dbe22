import {
  addDays,
  type CalendarDate,
  daysBetween,
  daysOf,
  earlierOf,
  isCalendarDate,
} from '../model/calendar-date.ts'
import type { CheckResult, ReadRows } from '../model/quality.ts'
import { examples, grouped } from './figures.ts'
import {
  accountLabel,
  accountsById,
  type CheckedAccount,
  type CheckScope,
  IN_SCOPE,
  scopeParams,
} from './scope.ts'

/** An account that has delivered nothing for longer has stopped; one that has just fallen silent is told. */
const SILENT_DAYS = 7
/** The days whose median says what is usual. */
const USUAL_DAYS = 7

/** What an account spent on each day with any row. */
type SpendByDay = ReadonlyMap<CalendarDate, string>

/** Days without data, and a newest whole day whose spend jumps. */
export async function checkCoverage(read: ReadRows, scope: CheckScope): Promise<CheckResult[]> {
  if (!scope.reports.includes('core')) return []
  const rows = await read(
    `SELECT f.account_id, d.date, f.spend
     FROM (SELECT f.account_id, f.date_id, sum(f.spend) AS spend
           FROM fact_core_metrics f WHERE ${IN_SCOPE} GROUP BY 1, 2) f
     JOIN dim_date d ON d.date_id = f.date_id ORDER BY 1, 2`,
    scopeParams(scope),
  )
  const spends = new Map<unknown, Map<CalendarDate, string>>()
  for (const { account_id: accountId, date, spend } of rows) {
    const days = spends.get(accountId) ?? new Map<CalendarDate, string>()
    if (isCalendarDate(date)) days.set(date, String(spend))
    spends.set(accountId, days)
  }
  const none: SpendByDay = new Map()
  const away = await readDaysAway(read, scope)
  return [
    daysWithoutData(scope, (account) => spends.get(account.accountId) ?? none, away),
    spendJump(scope, (account) => spends.get(account.accountId) ?? none),
  ]
}

/** Days that have left the warehouse, by account and date: that there is no row of them is as it should be. */
async function readDaysAway(read: ReadRows, scope: CheckScope): Promise<ReadonlySet<string>> {
  const rows = await read(
    `SELECT f.account_id, f.date FROM etl_slice f
      WHERE f.account_id = ANY($1::bigint[]) AND f.report = 'core' AND f.status IN ('archived', 'dropped')
        AND f.date BETWEEN $2 AND $3`,
    [scopeParams(scope)[0], scope.since, scope.until],
  )
  return new Set(rows.map((row) => `${row.account_id} ${row.date}`))
}

/** Between an account's first day with data and yesterday, or its last one when it has stopped for good. */
function daysWithoutData(
  scope: CheckScope,
  spendOf: (account: CheckedAccount) => SpendByDay,
  away: ReadonlySet<string>,
): CheckResult {
  const accounts = accountsById(scope)
  const lines = scope.accounts.flatMap((account) => {
    const spends = spendOf(account)
    const days = [...spends.keys()]
    const [first, last] = [days.at(0), days.at(-1)]
    if (first === undefined || last === undefined) return []
    const newest = newestWholeDay(account, scope)
    const until = daysBetween(last, newest) > SILENT_DAYS ? last : newest
    const empty = daysOf(first, until).filter(
      (day) => !spends.has(day) && !away.has(`${account.accountId} ${day}`),
    )
    return empty.map((day) => `${accountLabel(accounts, account.accountId)}, ${day}`)
  })
  return {
    name: 'days_without_data',
    status: lines.length > 0 ? 'warn' : 'pass',
    measured: String(lines.length),
    threshold: '0',
    detail:
      lines.length > 0
        ? `no row on ${examples(lines)}. Nothing was delivered on these days, or they are missing: see fbads status.`
        : 'days without a row since the first day with data',
  }
}

/** Each account's newest whole day against the median of the seven days before it; a day without a row spent 0. */
function spendJump(scope: CheckScope, spendOf: (account: CheckedAccount) => SpendByDay): CheckResult {
  const accounts = accountsById(scope)
  const { spendJump: factor } = scope.thresholds
  const lines = scope.accounts.flatMap((account) => {
    const spends = spendOf(account)
    const newest = newestWholeDay(account, scope)
    const first = [...spends.keys()].at(0)
    if (first === undefined || daysBetween(first, newest) < USUAL_DAYS) return []
    const before = daysOf(addDays(newest, -USUAL_DAYS), addDays(newest, -1))
    const usual =
      before.map((day) => Number(spends.get(day) ?? 0)).sort((a, b) => a - b)[USUAL_DAYS >> 1] ?? 0
    const spend = Number(spends.get(newest) ?? 0)
    if (spend <= usual * factor && spend >= usual / factor) return []
    const label = accountLabel(accounts, account.accountId)
    return [
      `${label}, ${newest}: ${grouped(spends.get(newest) ?? '0')} ${account.currency}, usually ${grouped(usual.toFixed(2))}`,
    ]
  })
  return {
    name: 'spend_jump',
    status: lines.length > 0 ? 'warn' : 'pass',
    measured: `${lines.length} accounts`,
    threshold: `${factor} times the median of ${USUAL_DAYS} days`,
    detail: lines.length > 0 ? examples(lines) : "accounts whose newest whole day's spend jumps",
  }
}

/** The account's yesterday, or the scope's last day when that is earlier. */
function newestWholeDay(account: CheckedAccount, scope: CheckScope): CalendarDate {
  return earlierOf(scope.until, addDays(account.today, -1))
}
