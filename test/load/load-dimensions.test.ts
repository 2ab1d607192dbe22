import { expect, it } from 'vitest'
import { loadAccount, loadAdObjects, recordRefused, unlistedIds } from '../../src/load/load-dimensions.ts'
import type { Row, Warehouse } from '../../src/load/session.ts'
import type { AdObjectKind } from '../../src/model/ad-object.ts'
import { DIMENSIONS, type DimensionRow } from '../../src/model/dimension.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import { ACCOUNT } from '../support/fact-rows.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const DAY = 86_400_000
const MONDAY = Date.UTC(2024, 9, 28)
const TUESDAY = MONDAY + DAY

/** A row of metadata; what is not given is null. */
function member(kind: AdObjectKind, values: DimensionRow): DimensionRow {
  const columns = [DIMENSIONS[kind].key, ...Object.keys(DIMENSIONS[kind].attributes)]
  return {
    ...Object.fromEntries(columns.map((column) => [column, null])),
    account_id: ACCOUNT,
    status: 'ACTIVE',
    ...values,
  }
}

const campaign = (values: DimensionRow = {}) =>
  member('campaign', { campaign_id: '1', name: 'Autumn', ...values })

function read(warehouse: Warehouse, sql: string): Promise<Row[]> {
  return warehouse.use((session) => session.query(sql))
}

function history(warehouse: Warehouse, columns: string): Promise<Row[]> {
  return read(
    warehouse,
    `SELECT ${columns}, valid_from, valid_to FROM dim_campaign_history ORDER BY campaign_id, valid_from`,
  )
}

describeOnEachWarehouse('metadata', (open) => {
  it('are written where they differ, and nothing is where they do not', async () => {
    const warehouse = await open()
    const rows = [campaign({ daily_budget: '500.00' }), campaign({ campaign_id: '2' })]
    const load = (changed: DimensionRow[], at: number) =>
      loadAdObjects(warehouse, 'campaign', ACCOUNT, changed, at)
    expect(await load(rows, MONDAY)).toEqual({ inserted: 2, updated: 0, unchanged: 0, deleted: 0 })
    const state = () =>
      read(
        warehouse,
        'SELECT c.xmin::text, h.xmin::text AS h, c.* FROM dim_campaign c LEFT JOIN dim_campaign_history h USING (campaign_id) ORDER BY 3',
      )
    const before = await state()
    expect(await load([campaign({ daily_budget: '500' }), ...rows.slice(1)], TUESDAY)).toEqual({
      inserted: 0,
      updated: 0,
      unchanged: 2,
      deleted: 0,
    })
    expect(await state()).toEqual(before)
    expect(await load([campaign({ name: 'Winter' })], TUESDAY)).toMatchObject({ inserted: 0, updated: 1 })
    expect(
      await read(warehouse, 'SELECT name, daily_budget, updated_at FROM dim_campaign WHERE campaign_id = 1'),
    ).toEqual([{ name: 'Winter', daily_budget: null, updated_at: new Date(TUESDAY) }])
  })

  it('open a version when a name, a status, a budget or an objective changes', async () => {
    const warehouse = await open()
    const versions = [
      {},
      { name: 'B' },
      { effective_status: 'PAUSED' },
      { daily_budget: '1' },
      { objective: 'REACH' },
    ]
    for (const [i, values] of versions.entries())
      await loadAdObjects(warehouse, 'campaign', ACCOUNT, [campaign(values)], MONDAY + i * DAY)
    const rows = await history(warehouse, 'campaign_id')
    const at = (i: number) => new Date(MONDAY + i * DAY)
    expect(rows).toEqual(
      versions.map((_, i) => ({
        campaign_id: '1',
        valid_from: at(i),
        valid_to: i === versions.length - 1 ? null : at(i + 1),
      })),
    )
  })

  it('open no version when only times or a creative change, but keep the current one fresh', async () => {
    const warehouse = await open()
    const ad = (values: DimensionRow) =>
      member('ad', { ad_id: '7', campaign_id: '1', adset_id: '2', name: 'Ad', ...values })
    await loadAdObjects(warehouse, 'ad', ACCOUNT, [ad({ creative_id: '5' })], MONDAY)
    const later = { creative_id: '120213328950940104', updated_time: '2024-10-29T07:30:00+0100' }
    await loadAdObjects(warehouse, 'ad', ACCOUNT, [ad(later)], TUESDAY)
    expect(
      await read(
        warehouse,
        'SELECT creative_id, updated_time, updated_at, valid_from, valid_to FROM dim_ad_history',
      ),
    ).toEqual([
      {
        creative_id: '120213328950940104',
        updated_time: new Date('2024-10-29T06:30:00Z'),
        updated_at: new Date(TUESDAY),
        valid_from: new Date(MONDAY),
        valid_to: null,
      },
    ])
  })

  it('rewrite the current version when they change again at the same instant, or the clock went back', async () => {
    const warehouse = await open()
    await loadAdObjects(warehouse, 'campaign', ACCOUNT, [campaign()], TUESDAY)
    await loadAdObjects(warehouse, 'campaign', ACCOUNT, [campaign({ name: 'B' })], TUESDAY)
    await loadAdObjects(warehouse, 'campaign', ACCOUNT, [campaign({ name: 'C' })], MONDAY)
    expect(await history(warehouse, 'name')).toEqual([
      { name: 'C', valid_from: new Date(TUESDAY), valid_to: null },
    ])
  })

  it('make inferred members of parents that are missing, and of no parent the unknown one', async () => {
    const warehouse = await open()
    const ads = [
      member('ad', { ad_id: '7', campaign_id: '1', adset_id: '2', name: 'Ad' }),
      member('ad', { ad_id: '8', name: 'Alone' }),
    ]
    await loadAdObjects(warehouse, 'ad', ACCOUNT, ads, MONDAY)
    expect(
      await read(warehouse, 'SELECT ad_id, adset_id, campaign_id FROM dim_ad WHERE ad_id <> 0 ORDER BY 1'),
    ).toEqual([
      { ad_id: '7', adset_id: '2', campaign_id: '1' },
      { ad_id: '8', adset_id: '0', campaign_id: '0' },
    ])
    expect(await unlistedIds(warehouse, 'campaign', ACCOUNT, null, TUESDAY)).toEqual(['1'])
    expect(await unlistedIds(warehouse, 'adset', ACCOUNT, null, TUESDAY)).toEqual(['2'])
    expect(
      await read(warehouse, 'SELECT name, status, account_id FROM dim_adset WHERE adset_id = 2'),
    ).toEqual([{ name: 'Unknown Ad Set', status: 'UNKNOWN', account_id: ACCOUNT }])
    expect(await history(warehouse, 'name')).toEqual([])

    await loadAdObjects(warehouse, 'campaign', ACCOUNT, [campaign()], TUESDAY)
    expect(await unlistedIds(warehouse, 'campaign', ACCOUNT, null, TUESDAY)).toEqual([])
    expect(await unlistedIds(warehouse, 'adset', ACCOUNT, null, TUESDAY)).toEqual(['2'])
    expect(await history(warehouse, 'name')).toEqual([
      { name: 'Autumn', valid_from: new Date(TUESDAY), valid_to: null },
    ])
  })

  it('are asked for again when an object has left the list, until it is known to be deleted', async () => {
    const warehouse = await open()
    const rows = [
      campaign(),
      campaign({ campaign_id: '2' }),
      campaign({ campaign_id: '3', status: 'DELETED' }),
    ]
    await loadAdObjects(warehouse, 'campaign', ACCOUNT, rows, MONDAY)
    expect(await unlistedIds(warehouse, 'campaign', ACCOUNT, new Set(['1']), TUESDAY)).toEqual(['2'])
    expect(await unlistedIds(warehouse, 'campaign', ACCOUNT, null, TUESDAY)).toEqual([])
  })

  it('are not asked for again once a parent is known to be deleted', async () => {
    const warehouse = await open()
    const rows = [
      campaign({ effective_status: 'PAUSED' }),
      campaign({ campaign_id: '2', effective_status: 'DELETED' }),
    ]
    await loadAdObjects(warehouse, 'campaign', ACCOUNT, rows, MONDAY)
    expect(await unlistedIds(warehouse, 'campaign', ACCOUNT, new Set(), TUESDAY)).toEqual(['1'])
  })

  it('are asked for once a week when the API has no such object, known or inferred', async () => {
    const warehouse = await open()
    const ads = [member('ad', { ad_id: '7', campaign_id: '1', adset_id: '2' }), member('ad', { ad_id: '8' })]
    await loadAdObjects(warehouse, 'ad', ACCOUNT, ads, MONDAY)
    await recordRefused(warehouse, 'ad', [parseAccountId('7')], MONDAY)
    await recordRefused(warehouse, 'adset', [parseAccountId('2')], MONDAY)
    const asked = async (kind: AdObjectKind, at: number) =>
      unlistedIds(warehouse, kind, ACCOUNT, new Set(), at)
    const week = MONDAY + 7 * DAY
    expect([await asked('ad', week - 1), await asked('ad', week)]).toEqual([['8'], ['7', '8']])
    expect([await asked('adset', week - 1), await asked('adset', week)]).toEqual([[], ['2']])
    expect(await asked('campaign', TUESDAY)).toEqual(['1'])
  })

  it('take the last of several rows for one object', async () => {
    const warehouse = await open()
    const counts = await loadAdObjects(
      warehouse,
      'campaign',
      ACCOUNT,
      [campaign(), campaign({ name: 'Last' })],
      MONDAY,
    )
    expect(counts).toEqual({ inserted: 1, updated: 0, unchanged: 0, deleted: 0 })
    expect(await read(warehouse, 'SELECT name FROM dim_campaign WHERE campaign_id = 1')).toEqual([
      { name: 'Last' },
    ])
  })

  it('of an account fill in the inferred one, and touch nothing when they are the same', async () => {
    const warehouse = await open()
    await loadAdObjects(warehouse, 'campaign', ACCOUNT, [campaign()], MONDAY)
    const account = () => read(warehouse, `SELECT * FROM dim_account WHERE account_id = ${ACCOUNT}`)
    expect(await account()).toMatchObject([
      { name: 'Unknown Account', currency: null, account_status: 'UNKNOWN' },
    ])
    const metadata = {
      accountId: ACCOUNT,
      name: 'Shop\0',
      currency: 'EUR',
      timeZone: 'Europe/Berlin',
      status: 'ACTIVE',
      createdTime: null,
    }
    await loadAccount(warehouse, metadata, MONDAY)
    await loadAccount(warehouse, metadata, TUESDAY)
    expect(await account()).toEqual([
      {
        account_id: ACCOUNT,
        name: 'Shop\ufffd',
        currency: 'EUR',
        timezone_name: 'Europe/Berlin',
        account_status: 'ACTIVE',
        updated_at: new Date(MONDAY),
      },
    ])
    await loadAccount(warehouse, { ...metadata, status: 'DISABLED' }, TUESDAY)
    expect(await account()).toMatchObject([{ account_status: 'DISABLED', updated_at: new Date(TUESDAY) }])
  })
})
