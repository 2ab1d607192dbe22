import pLimit from 'p-limit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPostgres } from '../../src/load/postgres.ts'
import type { Session, Warehouse } from '../../src/load/session.ts'
import { dayIn, parseCalendarDate } from '../../src/model/calendar-date.ts'
import { type ObjectId, parseAccountId } from '../../src/model/object-id.ts'
import type { CheckResult } from '../../src/model/quality.ts'
import { REPORT_NAMES } from '../../src/model/report.ts'
import { runChecks } from '../../src/quality/checks.ts'
import type { CheckScope } from '../../src/quality/scope.ts'
import { DEFAULT_THRESHOLDS } from '../../src/quality/thresholds.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { createTestSync, NOW } from '../support/test-sync.ts'
import { serverOptions } from '../support/warehouses.ts'

const world = createWorld({ seed: 7, nowMs: NOW, ads: 30, days: 12 })
const [account] = world.accounts
if (account === undefined) throw new RangeError('a world without accounts')
const LABEL = `act_${account.id} (Northwind Outdoor)`

const GOOD: CheckScope = {
  accounts: [
    {
      accountId: account.id,
      name: account.name,
      currency: account.currency,
      timeZone: account.timeZone,
      today: dayIn(account.timeZone, NOW),
    },
  ],
  since: parseCalendarDate('2026-10-25'),
  until: parseCalendarDate('2026-11-05'),
  reports: REPORT_NAMES,
  thresholds: DEFAULT_THRESHOLDS,
  seenIds: null,
  refusedFields: null,
  runId: '1',
}

let warehouse: Warehouse

beforeAll(async () => {
  warehouse = await openPostgres(serverOptions())
  const { summary } = await createTestSync(warehouse, { world }).run({ days: 12 })
  expect(summary.status).toBe('succeeded')
})

afterAll(async () => {
  await warehouse.use((session) => session.query(`DROP SCHEMA "${warehouse.schema}" CASCADE`))
  await warehouse.close()
})

/** The checks as they come out after `corrupt`, of which nothing stays. */
async function checksAfter(
  corrupt: (session: Session) => Promise<unknown>,
  scope: Partial<CheckScope> = {},
): Promise<CheckResult[]> {
  return warehouse.use(async (session) => {
    await session.query('BEGIN')
    try {
      await corrupt(session)
      // What is not committed is seen by this connection alone, which does one thing at a time.
      const turn = pLimit(1)
      const read = (sql: string, params?: readonly unknown[]) => turn(() => session.query(sql, params))
      return await runChecks(read, { ...GOOD, ...scope })
    } finally {
      await session.query('ROLLBACK')
    }
  })
}

function named(checks: readonly CheckResult[], name: string): CheckResult | undefined {
  return checks.find((check) => check.name === name)
}

describe('a good warehouse', () => {
  it('passes every check, each day equal to the API and to the breakdowns', async () => {
    const checks = await checksAfter(async () => undefined, { seenIds: idsOf(account.campaigns) })
    expect(checks.filter(({ status }) => status !== 'pass')).toEqual([])
    expect(checks.map(({ name }) => name)).toEqual([
      'id_integrity_campaign',
      'id_integrity_adset',
      'id_integrity_ad',
      'metadata_overlap_campaign',
      'unknown_campaign_names',
      'unknown_campaign_statuses',
      'metadata_overlap_adset',
      'unknown_adset_names',
      'unknown_adset_statuses',
      'metadata_overlap_ad',
      'unknown_ad_names',
      'unknown_ad_statuses',
      'orphan_facts',
      'rejected_rows',
      'click_source',
      'clicks_present',
      'ctr',
      'link_clicks_within_clicks',
      'days_without_data',
      'spend_jump',
      'reconciliation_api',
      'reconciliation_age_gender',
      'reconciliation_country',
    ])
    for (const name of ['reconciliation_api', 'reconciliation_age_gender', 'reconciliation_country'])
      expect(named(checks, name)).toMatchObject({ measured: '11 of 11 days equal' })
  })
})

describe('a day that was loaded before it was over', () => {
  it('is not held against a total that was read later, whatever the day is now', async () => {
    const today = parseCalendarDate('2026-11-06')
    const checks = await checksAfter(
      (session) => session.query("UPDATE etl_account_total SET spend = spend * 2 WHERE date = '2026-11-05'"),
      { accounts: GOOD.accounts.map((account) => ({ ...account, today })) },
    )
    expect(named(checks, 'reconciliation_api')).toMatchObject({
      status: 'pass',
      measured: '11 of 11 days equal',
    })
  })
})

describe('facts without the core report', () => {
  it('are looked at for their metadata, too', async () => {
    const checks = await checksAfter(
      (session) => session.query("UPDATE dim_campaign SET name = 'Unknown Campaign'"),
      {
        reports: ['country'],
      },
    )
    expect(named(checks, 'unknown_campaign_names')).toMatchObject({ status: 'warn', measured: '100.0%' })
  })
})

describe('a warehouse in which', () => {
  it.each<[what: string, sql: string, name: string, status: CheckResult['status'], detail: RegExp]>([
    [
      "a day's spend was doubled",
      'UPDATE fact_core_metrics SET spend = spend * 2 WHERE date_id = 20261101',
      'reconciliation_api',
      'fail',
      /2026-11-01: spend [\d,.]+ here, [\d,.]+ in the API's account total \(gap 50\.000%\)/,
    ],
    [
      'an ad of a day was lost',
      `DELETE FROM fact_core_metrics WHERE date_id = 20261101 AND ad_id = (
         SELECT ad_id FROM fact_core_metrics WHERE date_id = 20261101 AND impressions > 0 LIMIT 1)`,
      'reconciliation_api',
      'fail',
      /2026-11-01: spend .*2026-11-01: impressions [\d,]+ here, [\d,]+ in/,
    ],
    [
      'a figure is off by next to nothing',
      "UPDATE etl_account_total SET impressions = impressions + 1 WHERE date = '2026-11-01'",
      'reconciliation_api',
      'warn',
      /2026-11-01: impressions ([\d,]+) here, ([\d,]+) in the API's account total \(gap 0\.\d{3}%\)/,
    ],
    [
      "the API's total of a day is missing",
      "DELETE FROM etl_account_total WHERE date = '2026-11-01'",
      'reconciliation_api',
      'warn',
      /^1 of 11 days are not proven: .*: act_\d+ \(Northwind Outdoor\), 2026-11-01\. Run fbads sync --since 2026-11-01 --until 2026-11-01\.$/,
    ],
    [
      "the API's total of a day is that of another run",
      "UPDATE etl_account_total SET run_id = 0, spend = spend * 2 WHERE date = '2026-11-01'",
      'reconciliation_api',
      'warn',
      /^1 of 11 days are not proven/,
    ],
    [
      'nothing came on the newest whole days',
      'DELETE FROM fact_core_metrics WHERE date_id IN (20261103, 20261104)',
      'days_without_data',
      'warn',
      /no row on act_\d+ \(Northwind Outdoor\), 2026-11-03, act_\d+ \(Northwind Outdoor\), 2026-11-04\./,
    ],
    [
      'the newest whole day spent nothing',
      'DELETE FROM fact_core_metrics WHERE date_id = 20261104',
      'spend_jump',
      'warn',
      /2026-11-04: 0 USD, usually [\d,.]+/,
    ],
    [
      'a breakdown of a day is missing',
      'DELETE FROM fact_country_metrics WHERE date_id = 20261101',
      'reconciliation_country',
      'fail',
      /2026-11-01: spend 0 here, [\d,.]+ in the core facts \(gap 100\.000%\)/,
    ],
    [
      'a breakdown counts a day twice',
      'UPDATE fact_age_gender_metrics SET impressions = impressions * 2 WHERE date_id = 20261101',
      'reconciliation_age_gender',
      'fail',
      /2026-11-01: impressions [\d,]+ here, [\d,]+ in the core facts \(gap 50\.000%\)/,
    ],
    [
      'no row of a day is left',
      'DELETE FROM fact_core_metrics WHERE date_id = 20261101',
      'days_without_data',
      'warn',
      /no row on act_\d+ \(Northwind Outdoor\), 2026-11-01\./,
    ],
    [
      'the newest whole day costs a hundred times as much',
      'UPDATE fact_core_metrics SET spend = spend * 100 WHERE date_id = 20261104',
      'spend_jump',
      'warn',
      /2026-11-04: [\d,.]+ USD, usually [\d,.]+/,
    ],
    [
      'there are no clicks',
      'UPDATE fact_core_metrics SET clicks = 0',
      'clicks_present',
      'fail',
      /^0 clicks but impressions > 0: act_\d+ \(Northwind Outdoor\): [\d,]+ impressions/,
    ],
    [
      'every other impression is clicked',
      'UPDATE fact_core_metrics SET clicks = impressions / 2',
      'ctr',
      'warn',
      /Northwind Outdoor\): CTR (49\.9\d|50\.00)%/,
    ],
    [
      'there are more link clicks than clicks',
      'UPDATE fact_core_metrics SET inline_link_clicks = clicks_all * 2',
      'link_clicks_within_clicks',
      'fail',
      /Northwind Outdoor\): [\d,]+ link clicks, [\d,]+ clicks \(all\)/,
    ],
    [
      'no campaign has a name',
      "UPDATE dim_campaign SET name = 'Unknown Campaign'",
      'unknown_campaign_names',
      'warn',
      /^100\.0% of campaigns have 'Unknown Campaign' name/,
    ],
    [
      'no ad set has a status',
      "UPDATE dim_adset SET effective_status = 'UNKNOWN'",
      'unknown_adset_statuses',
      'warn',
      /^100\.0% of ad sets have status UNKNOWN/,
    ],
    [
      'no ad has its metadata',
      "UPDATE dim_ad SET status = 'UNKNOWN'",
      'metadata_overlap_ad',
      'warn',
      /^No matching ad IDs between data and metadata!/,
    ],
    [
      'a row was rejected',
      `INSERT INTO etl_reject (run_id, account_id, report, reason, payload, source_rows, rejected_at)
         VALUES (1, ${account.id}, 'core', 'ad_id is absent', '{}', 1, now()),
                (1, ${account.id}, 'core', 'more rows', '{}', 4321, now())`,
      'rejected_rows',
      'fail',
      /4321 × more rows; 1 × ad_id is absent/,
    ],
  ])('%s is found out', async (_, sql, name, status, detail) => {
    const check = named(await checksAfter((session) => session.query(sql)), name)
    expect(check).toMatchObject({ name, status })
    expect(check?.detail).toMatch(detail)
    if (/^(reconciliation|days|spend|clicks|ctr|link)/.test(name) && !check?.detail.includes('not proven'))
      expect(check?.detail).toContain(LABEL)
  })

  it('facts name an ad that is in no dimension is found out', async () => {
    const checks = await checksAfter(async (session) => {
      await session.query('SET LOCAL session_replication_role = replica')
      await session.query('DELETE FROM dim_ad WHERE ad_id IN (SELECT ad_id FROM fact_core_metrics)')
    })
    expect(named(checks, 'orphan_facts')).toMatchObject({ status: 'fail' })
    expect(Number(named(checks, 'orphan_facts')?.measured)).toBeGreaterThan(30)
  })

  it('an id has lost a digit is found out', async () => {
    const sent = '120213328950940104'
    const seenIds = { ...idsOf(account.campaigns), ad: new Set([parseAccountId(sent)]) }
    const check = named(await checksAfter(async () => undefined, { seenIds }), 'id_integrity_ad')
    expect(check).toMatchObject({ status: 'fail', measured: '0 of 1 ad ids' })
    expect(check?.detail).toContain(`ID CORRUPTION DETECTED: the API sent ${sent}`)
  })

  it('few impressions had no click only warns', async () => {
    const thresholds = { ...DEFAULT_THRESHOLDS, clicklessImpressions: 100_000_000 }
    const checks = await checksAfter((session) => session.query('UPDATE fact_core_metrics SET clicks = 0'), {
      thresholds,
    })
    expect(named(checks, 'clicks_present')).toMatchObject({ status: 'warn' })
  })
})

/** As a run has seen them: the campaigns that have facts, whose ids all stand there. */
function idsOf(campaigns: readonly { readonly id: ObjectId }[]): NonNullable<CheckScope['seenIds']> {
  const known = new Set(campaigns.slice(0, 1).map(({ id }) => id))
  return { campaign: known, adset: new Set(), ad: new Set() }
}
