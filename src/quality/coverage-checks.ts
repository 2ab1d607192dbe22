import type { CheckResult, ReadRows } from '../model/quality.ts'
import { examples, grouped } from './figures.ts'
import { accountLabel, type CheckScope, IN_SCOPE, scopeParams } from './scope.ts'

/** Days without a single row between an account's first and last day with data, as far as the scope reaches. */
export async function checkDaysWithoutData(read: ReadRows, scope: CheckScope): Promise<CheckResult[]> {
  const empty = await read(
    `SELECT days.account_id, d.date
     FROM (SELECT f.account_id, min(f.date_id) AS first, max(f.date_id) AS last
           FROM fact_core_metrics f WHERE ${IN_SCOPE} GROUP BY 1) days
     JOIN dim_date d ON d.date_id BETWEEN days.first AND days.last
     EXCEPT
     SELECT f.account_id, d.date FROM (SELECT DISTINCT f.account_id, f.date_id FROM fact_core_metrics f WHERE ${IN_SCOPE}) f
     JOIN dim_date d ON d.date_id = f.date_id
     ORDER BY 1, 2`,
    scopeParams(scope),
  )
  const lines = empty.map((row) => `${accountLabel(scope, row.account_id)}, ${row.date}`)
  return [
    {
      name: 'days_without_data',
      status: empty.length > 0 ? 'warn' : 'pass',
      measured: String(empty.length),
      threshold: '0',
      detail:
        empty.length > 0
          ? `no row on ${examples(lines)}. Nothing was delivered on these days, or they are missing: see fbads status.`
          : 'days without a row between the first and the last day with data',
    },
  ]
}

/** Each account's newest whole day against the median of the seven days before it. */
export async function checkSpendJump(read: ReadRows, scope: CheckScope): Promise<CheckResult[]> {
  const days = await read(
    `SELECT f.account_id, d.date, f.spend
     FROM (SELECT f.account_id, f.date_id, sum(f.spend) AS spend
           FROM fact_core_metrics f WHERE ${IN_SCOPE} GROUP BY 1, 2) f
     JOIN dim_date d ON d.date_id = f.date_id ORDER BY 1, 2`,
    scopeParams(scope),
  )
  const jumps = scope.accounts.flatMap((account) => {
    const whole = days.filter((row) => row.account_id === account.accountId && row.date !== account.today)
    const newest = whole.at(-1)
    const before = whole.slice(-8, -1).map((row) => Number(row.spend))
    if (newest === undefined || before.length < 7) return []
    const usual = before.toSorted((a, b) => a - b)[3] ?? 0
    const spend = Number(newest.spend)
    const { spendJump } = scope.thresholds
    return spend > usual * spendJump || spend < usual / spendJump
      ? [
          `${accountLabel(scope, account.accountId)}, ${newest.date}: ${grouped(String(newest.spend))} ${account.currency}, usually ${grouped(usual.toFixed(2))}`,
        ]
      : []
  })
  return [
    {
      name: 'spend_jump',
      status: jumps.length > 0 ? 'warn' : 'pass',
      measured: `${jumps.length} accounts`,
      threshold: `${scope.thresholds.spendJump} times the median of 7 days`,
      detail: jumps.length > 0 ? examples(jumps) : "accounts whose newest whole day's spend jumps",
    },
  ]
}
