import { expect, it } from 'vitest'
import { inferMembers } from '../../src/load/inferred-members.ts'
import { loadAdObjects } from '../../src/load/load-dimensions.ts'
import type { Warehouse } from '../../src/load/session.ts'
import type { SeenAd } from '../../src/model/dimension.ts'
import { parseAccountId, UNKNOWN_ID } from '../../src/model/object-id.ts'
import { ACCOUNT } from '../support/fact-rows.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const NOW = Date.UTC(2024, 9, 28)

const AD: SeenAd = {
  adId: parseAccountId('120213328950940104'),
  adsetId: parseAccountId('22'),
  campaignId: parseAccountId('11'),
  adName: null,
  adsetName: null,
  campaignName: null,
}

const infer = (warehouse: Warehouse, seen: readonly SeenAd[]) =>
  warehouse.use((session) => inferMembers(session, ACCOUNT, seen, NOW))

async function names(warehouse: Warehouse): Promise<unknown[]> {
  const rows = await warehouse.use((session) =>
    session.query(
      `SELECT name FROM (
         SELECT 1 AS level, campaign_id AS id, name FROM dim_campaign
         UNION ALL SELECT 2, adset_id, name FROM dim_adset
         UNION ALL SELECT 3, ad_id, name FROM dim_ad) m
        WHERE id <> 0 ORDER BY level, id`,
    ),
  )
  return rows.map((row) => row.name)
}

describeOnEachWarehouse('an inferred member', (open) => {
  it('has the name that was seen, and else one that says what it is', async () => {
    const warehouse = await open()
    await infer(warehouse, [AD, { ...AD, adName: 'Shoes \0' }, { ...AD, adName: null }])
    expect(await names(warehouse)).toEqual(['Unknown Campaign', 'Unknown Ad Set', 'Shoes \ufffd'])
  })

  it('gets a name that is seen later, and keeps the one that it has', async () => {
    const warehouse = await open()
    await infer(warehouse, [AD])
    await infer(warehouse, [{ ...AD, campaignName: 'Autumn' }])
    await infer(warehouse, [{ ...AD, campaignName: 'Winter', adsetName: 'All' }])
    await infer(warehouse, [AD])
    expect(await names(warehouse)).toEqual(['Autumn', 'All', 'Unknown Ad'])
  })

  it('is not made of the unknown one, nor instead of one with metadata', async () => {
    const warehouse = await open()
    const row = { campaign_id: '11', account_id: ACCOUNT, name: 'Unknown Campaign', status: 'PAUSED' }
    await loadAdObjects(warehouse, 'campaign', ACCOUNT, [row], NOW)
    await infer(warehouse, [{ ...AD, adId: UNKNOWN_ID, adsetId: UNKNOWN_ID, campaignName: 'Seen' }])
    expect(await names(warehouse)).toEqual(['Unknown Campaign'])
  })
})
