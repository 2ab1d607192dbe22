import type { CheckResult, ReadRows } from '../model/quality.ts'
import { grouped, percent, worst } from './figures.ts'
import { accountLabel, accountsById, type CheckScope, IN_SCOPE, scopeParams } from './scope.ts'

interface AccountClicks {
  readonly label: string
  readonly impressions: number
  readonly clicks: number
  readonly inlineLinkClicks: number
  readonly clicksAll: number
}

/** Clicks where there are impressions, a plausible CTR, and no more link clicks than clicks, by account. */
export async function checkClicks(read: ReadRows, scope: CheckScope): Promise<CheckResult[]> {
  const rows = await read(
    `SELECT f.account_id, sum(f.impressions) AS impressions, sum(f.clicks) AS clicks,
            sum(f.inline_link_clicks) AS inline_link_clicks, sum(f.clicks_all) AS clicks_all
     FROM fact_core_metrics f WHERE ${IN_SCOPE} GROUP BY 1 ORDER BY 1`,
    scopeParams(scope),
  )
  const known = accountsById(scope)
  const accounts = rows.map((row) => ({
    label: accountLabel(known, row.account_id),
    impressions: Number(row.impressions),
    clicks: Number(row.clicks),
    inlineLinkClicks: Number(row.inline_link_clicks),
    clicksAll: Number(row.clicks_all),
  }))
  return [
    await readClickSources(read, scope),
    checkPresence(accounts, scope),
    checkCtr(accounts, scope),
    checkLinkClicks(accounts, scope),
  ]
}

/** Where the clicks come from: nothing to pass or fail, but what a person must know who compares them. */
async function readClickSources(read: ReadRows, scope: CheckScope): Promise<CheckResult> {
  const sources = await read(
    `SELECT f.click_source, sum(f.clicks) AS clicks FROM fact_core_metrics f
     WHERE ${IN_SCOPE} AND f.click_source IS NOT NULL GROUP BY 1 ORDER BY 2 DESC`,
    scopeParams(scope),
  )
  const sums = sources.map((row) => `${row.click_source} (sum: ${grouped(row.clicks)})`)
  return {
    name: 'click_source',
    status: 'pass',
    measured: sums.length > 0 ? sums.join(', ') : null,
    threshold: null,
    detail: 'the field that clicks are read from, chosen for each account and day',
  }
}

function checkPresence(accounts: readonly AccountClicks[], { thresholds }: CheckScope): CheckResult {
  const clickless = accounts.filter((account) => account.impressions > 0 && account.clicks === 0)
  const lists = clickless.map((account) => `${account.label}: ${grouped(account.impressions)} impressions`)
  return {
    name: 'clicks_present',
    status: worst(
      clickless.map((account) => (account.impressions >= thresholds.clicklessImpressions ? 'fail' : 'warn')),
    ),
    measured: `${clickless.length} accounts`,
    threshold: '0 accounts',
    detail:
      clickless.length > 0
        ? `0 clicks but impressions > 0: ${lists.join('; ')}. Look whether inline_link_clicks is asked for (baseFieldsToPull) and whether Ads Manager shows clicks.`
        : 'accounts with impressions and no click at all',
  }
}

function checkCtr(accounts: readonly AccountClicks[], { thresholds }: CheckScope): CheckResult {
  const clicks = accounts.reduce((sum, account) => sum + account.clicks, 0)
  const impressions = accounts.reduce((sum, account) => sum + account.impressions, 0)
  const odd = accounts
    .filter((account) => account.impressions > 0 && account.clicks > 0)
    .map((account) => ({ ...account, ctr: account.clicks / account.impressions }))
    .filter(({ ctr }) => ctr < thresholds.minCtr || ctr > thresholds.maxCtr)
  return {
    name: 'ctr',
    status: odd.length > 0 ? 'warn' : 'pass',
    measured: impressions > 0 ? percent(clicks / impressions, 2) : null,
    threshold: `${percent(thresholds.minCtr, 2)} to ${percent(thresholds.maxCtr, 2)}`,
    detail:
      odd.length > 0
        ? odd.map(({ label, ctr }) => `${label}: CTR ${percent(ctr, 2)}`).join('; ')
        : 'clicks per impression of each account',
  }
}

function checkLinkClicks(accounts: readonly AccountClicks[], { thresholds }: CheckScope): CheckResult {
  const over = accounts.filter((account) => account.inlineLinkClicks > account.clicksAll)
  const excess = (account: AccountClicks) => account.inlineLinkClicks / account.clicksAll - 1
  return {
    name: 'link_clicks_within_clicks',
    status: worst(over.map((account) => (excess(account) > thresholds.linkClicksExcess ? 'fail' : 'warn'))),
    measured: `${over.length} accounts`,
    threshold: `at most ${percent(thresholds.linkClicksExcess)} more`,
    detail:
      over.length > 0
        ? over
            .map(
              (a) =>
                `${a.label}: ${grouped(a.inlineLinkClicks)} link clicks, ${grouped(a.clicksAll)} clicks (all)`,
            )
            .join('; ')
        : 'accounts with more link clicks than clicks (all)',
  }
}
