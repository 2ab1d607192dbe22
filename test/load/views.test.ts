import { expect, it } from 'vitest'
import { finishBuilds } from '../../src/load/finish-builds.ts'
import { loadAccount } from '../../src/load/load-dimensions.ts'
import { startFactLoad } from '../../src/load/load-facts.ts'
import { createLookups } from '../../src/load/lookups.ts'
import { startRun } from '../../src/load/runs.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { parseCalendarDate } from '../../src/model/calendar-date.ts'
import type { FactRow } from '../../src/model/fact.ts'
import { ACCOUNT, factRow, outcomeOf } from '../support/fact-rows.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const DAY = parseCalendarDate('2024-10-28')

async function load(warehouse: Warehouse, rows: readonly FactRow[]): Promise<void> {
  const request = { accountId: ACCOUNT, report: 'core', since: DAY, until: DAY } as const
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

describeOnEachWarehouse('the daily views', (open) => {
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
