import fc from 'fast-check'
import { expect, it } from 'vitest'
import { inferMembers } from '../../src/load/inferred-members.ts'
import { KnownMembers } from '../../src/load/known-members.ts'
import { startFactLoad } from '../../src/load/load-facts.ts'
import { createLookups } from '../../src/load/lookups.ts'
import { startRun } from '../../src/load/runs.ts'
import type { Row, Warehouse } from '../../src/load/session.ts'
import { parseCalendarDate } from '../../src/model/calendar-date.ts'
import type { SeenAd } from '../../src/model/dimension.ts'
import { parseAccountId, UNKNOWN_ID } from '../../src/model/object-id.ts'
import type { InsightsRequest } from '../../src/model/slice.ts'
import { ACCOUNT, factRow, outcomeOf } from '../support/fact-rows.ts'
import { propertyOptions } from '../support/property-options.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const NOW = Date.UTC(2024, 9, 28)

const id = fc.constantFrom(UNKNOWN_ID, ...['1', '2', '3'].map(parseAccountId))
const name = fc.option(fc.constantFrom('Shoes', 'Hats', 'Unknown Ad'))
const seenAd: fc.Arbitrary<SeenAd> = fc.record({
  adId: id,
  adsetId: id,
  campaignId: id,
  adName: name,
  adsetName: name,
  campaignName: name,
})

const readMembers = (warehouse: Warehouse): Promise<Row[]> =>
  warehouse.use((session) =>
    session.query(
      `SELECT 'account' AS kind, account_id AS id, name, NULL::bigint AS campaign_id, NULL::bigint AS adset_id FROM dim_account
       UNION ALL SELECT 'campaign', campaign_id, name, NULL, NULL FROM dim_campaign
       UNION ALL SELECT 'adset', adset_id, name, campaign_id, NULL FROM dim_adset
       UNION ALL SELECT 'ad', ad_id, name, campaign_id, adset_id FROM dim_ad ORDER BY 1, 2`,
    ),
  )

const forget = (warehouse: Warehouse) =>
  warehouse.use(async (session) => {
    for (const kind of ['ad', 'adset', 'campaign', 'account'])
      await session.query(`DELETE FROM dim_${kind} WHERE ${kind}_id <> 0`)
  })

describeOnEachWarehouse('members that loads have made', (open) => {
  it('need not be asked for: the dimensions become the same', async () => {
    const warehouse = await open()
    const infer = (loads: readonly (readonly SeenAd[])[], known: KnownMembers | undefined) =>
      warehouse.use(async (session) => {
        for (const seen of loads) {
          await inferMembers(session, ACCOUNT, seen, NOW, known)
          known?.add(seen)
        }
      })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(seenAd, { maxLength: 4 }), { maxLength: 4 }), async (loads) => {
        await forget(warehouse)
        await infer(loads, undefined)
        const asked = await readMembers(warehouse)
        await forget(warehouse)
        await infer(loads, new KnownMembers())
        expect(await readMembers(warehouse)).toEqual(asked)
      }),
      propertyOptions(0.8),
    )
  })

  it('are those of loads that were committed', async () => {
    const warehouse = await open()
    const members = new KnownMembers()
    const load = async (day: number, spend: string) => {
      const date = parseCalendarDate(`2024-10-${day}`)
      const request: InsightsRequest = { accountId: ACCOUNT, report: 'core', since: date, until: date }
      const tools = { runId: await startRun(warehouse, request, NOW), nowMs: () => NOW, members }
      const factLoad = startFactLoad(warehouse, createLookups(), request, tools)
      const rows = [factRow('fact_core_metrics', { date_id: `202410${day}`, spend })]
      try {
        await factLoad.add(rows)
        return (await factLoad.commit(outcomeOf(rows))).counts.fact_core_metrics?.inserted
      } finally {
        await factLoad.abort()
      }
    }
    await expect(load(28, 'no amount')).rejects.toThrow(/numeric/)
    expect(await load(28, '1')).toBe(1)
    expect(await load(29, '1')).toBe(1)
    const ids = (await readMembers(warehouse)).filter((member) => member.kind === 'ad' && member.id !== '0')
    expect(ids).toHaveLength(1)
  })
})
