import fc from 'fast-check'
import { expect, it } from 'vitest'
import { finishBuilds } from '../../src/load/finish-builds.ts'
import { loadAccount } from '../../src/load/load-dimensions.ts'
import { startFactLoad } from '../../src/load/load-facts.ts'
import { createLookups } from '../../src/load/lookups.ts'
import { startRun } from '../../src/load/runs.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { parseCalendarDate } from '../../src/model/calendar-date.ts'
import { FACT_TABLES, type FactRow, type FactTableName } from '../../src/model/fact.ts'
import { REPORT_NAMES, REPORTS, type ReportName } from '../../src/model/report.ts'
import type { InsightsRequest } from '../../src/model/slice.ts'
import { type PlainFact, readFacts, sorted } from '../support/fact-model.ts'
import { ACCOUNT, arbitraryRow, factRow, outcomeOf } from '../support/fact-rows.ts'
import { propertyOptions } from '../support/property-options.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const DAY = parseCalendarDate('2024-10-28')

function requestOf(report: ReportName): InsightsRequest {
  return { accountId: ACCOUNT, report, since: DAY, until: parseCalendarDate('2024-10-31') }
}

async function load(
  warehouse: Warehouse,
  rows: readonly FactRow[],
  request = requestOf('core'),
): Promise<void> {
  const account = {
    accountId: ACCOUNT,
    name: 'Shop',
    currency: 'EUR',
    timeZone: 'UTC',
    status: 'ACTIVE',
    createdTime: null,
  }
  await loadAccount(warehouse, account, 0)
  const runId = await startRun(warehouse, request, 0)
  const factLoad = startFactLoad(warehouse, createLookups(), request, { runId, nowMs: () => 0 })
  await factLoad.add(rows)
  await factLoad.commit(outcomeOf(rows, 'inline_link_clicks'))
  await finishBuilds(warehouse)
}

/** Two ads of one campaign, in two ad sets. */
const ROWS = [
  factRow('fact_core_metrics', {
    campaign_id: '1',
    adset_id: '10',
    spend: '10.50',
    impressions: '2000',
    inline_link_clicks: '7',
    purchases: '3',
    purchase_value: '42',
  }),
  factRow('fact_core_metrics', { campaign_id: '1', adset_id: '20', spend: '0.50', impressions: '1000' }, 2),
]

/** What each view has a row for, besides the day. */
const GRAINS = {
  fact_core_metrics: {
    v_account_daily: [],
    v_campaign_daily: ['campaign_id'],
    v_adset_daily: ['campaign_id', 'adset_id'],
    v_ad_daily: ['campaign_id', 'adset_id', 'ad_id'],
  },
  fact_age_gender_metrics: {
    v_age_gender_daily: ['campaign_id', 'adset_id', 'ad_id', 'age_group', 'gender'],
  },
  fact_country_metrics: { v_country_daily: ['campaign_id', 'adset_id', 'ad_id', 'country'] },
  fact_action_metrics: { v_action_daily: ['campaign_id', 'adset_id', 'ad_id', 'action_type'] },
} as const satisfies Record<FactTableName, Record<string, readonly string[]>>

/** Those that add up, of the table and of its views. */
function sumsOf(table: FactTableName): string[] {
  const { measures, candidates } = FACT_TABLES[table]
  const dropped: readonly string[] = candidates ?? []
  const kept = Object.entries(measures).filter(([name, kind]) => kind !== 'unique' && !dropped.includes(name))
  return [...kept.map(([name]) => name), ...(candidates === null ? [] : ['clicks'])]
}

/** The facts that fall on each row of a view, added up. */
function addUp(facts: readonly PlainFact[], table: FactTableName, grain: readonly string[]): PlainFact[] {
  const keys = ['date_id', ...grain]
  const groups = Map.groupBy(facts, (fact) => JSON.stringify(keys.map((key) => fact[key])))
  return [...groups.values()].map((group) => ({
    ...Object.fromEntries(keys.map((key) => [key, String(group[0]?.[key])])),
    ...Object.fromEntries(
      sumsOf(table).map((name) => [
        name,
        group.reduce((sum, fact) => sum + Math.round(Number(fact[name]) * 100), 0) / 100,
      ]),
    ),
  }))
}

/** A view's rows, as `addUp` writes them. */
async function readView(
  warehouse: Warehouse,
  view: string,
  table: FactTableName,
  grain: readonly string[],
): Promise<PlainFact[]> {
  const rows = await warehouse.use((session) => session.query(`SELECT * FROM ${view}`))
  const text = (value: unknown) => (value === 'Unknown' ? 'unknown' : String(value))
  return rows.map((row) => ({
    ...Object.fromEntries(
      ['date_id', ...grain].map((key) => [key, text(row[key === 'country' ? 'country_code' : key])]),
    ),
    ...Object.fromEntries(sumsOf(table).map((name) => [name, Number(row[name])])),
  }))
}

const lists = (report: ReportName) =>
  fc.tuple(
    ...REPORTS[report].tables.map((table) =>
      fc.array(
        fc
          .tuple(
            arbitraryRow(table, requestOf(report)),
            fc.constantFrom({}, { campaign_id: '0' }, { adset_id: '0' }),
          )
          .map(([row, lacking]) => ({ ...row, ...lacking }) as FactRow),
        { maxLength: 12 },
      ),
    ),
  )

describeOnEachWarehouse('the daily views', (open) => {
  it.each(REPORT_NAMES)(
    'hold every fact of %s once, also those that lack a campaign, an ad set or a value of a breakdown',
    async (report) => {
      const warehouse = await open()
      await fc.assert(
        fc.asyncProperty(lists(report), async (lists) => {
          await load(warehouse, lists.flat(), requestOf(report))
          for (const table of REPORTS[report].tables) {
            const facts = await readFacts(warehouse, table)
            for (const [view, grain] of Object.entries(GRAINS[table])) {
              const found = await readView(warehouse, view, table, grain)
              expect(sorted(found)).toEqual(sorted(addUp(facts, table, grain)))
            }
          }
        }),
        propertyOptions(0.4),
      )
    },
  )

  it('have ratios of sums, not sums of ratios, at each level', async () => {
    const warehouse = await open()
    await load(warehouse, ROWS)
    for (const [view, rows] of [
      ['v_account_daily', 1],
      ['v_campaign_daily', 1],
      ['v_adset_daily', 2],
      ['v_ad_daily', 2],
    ] as const) {
      const found = await warehouse.use((session) =>
        session.query(`SELECT * FROM ${view} ORDER BY spend DESC`),
      )
      expect(found).toHaveLength(rows)
      expect(found.reduce((sum, row) => sum + Number(row.spend), 0)).toBe(11)
      expect(found[0]).toMatchObject({
        account_id: ACCOUNT,
        account_name: 'Shop',
        currency: 'EUR',
        date: '2024-10-28',
        click_source: 'inline_link_clicks',
      })
      const { ctr, cpc, cpm, cost_per_purchase, roas, spend, impressions } = found[0] ?? {}
      expect(Number(ctr)).toBeCloseTo(7 / Number(impressions), 12)
      expect(Number(cpc)).toBeCloseTo(Number(spend) / 7, 12)
      expect(Number(cpm)).toBeCloseTo((Number(spend) * 1000) / Number(impressions), 12)
      expect(Number(cost_per_purchase)).toBeCloseTo(Number(spend) / 3, 12)
      expect(Number(roas)).toBeCloseTo(42 / Number(spend), 12)
    }
  })

  it('have no ratio where the divisor is 0', async () => {
    const warehouse = await open()
    await load(warehouse, [factRow('fact_core_metrics')])
    const [row] = await warehouse.use((session) =>
      session.query('SELECT ctr, cpc, cpm, cost_per_purchase, roas FROM v_ad_daily'),
    )
    expect(row).toEqual({ ctr: null, cpc: null, cpm: null, cost_per_purchase: null, roas: null })
  })

  it('name what they are about, and its status', async () => {
    const warehouse = await open()
    await load(warehouse, ROWS)
    const [row] = await warehouse.use((session) =>
      session.query('SELECT * FROM v_ad_daily ORDER BY ad_id LIMIT 1'),
    )
    expect(row).toMatchObject({
      campaign_id: '1',
      campaign_name: 'Unknown Campaign',
      adset_name: 'Unknown Ad Set',
      ad_name: 'Unknown Ad',
      status: 'UNKNOWN',
      effective_status: 'UNKNOWN',
    })
    expect(Object.keys(row ?? {})).not.toEqual(expect.arrayContaining(['reach']))
  })
})
