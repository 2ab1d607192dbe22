import { expect, it } from 'vitest'
import type { Warehouse } from '../../src/load/session.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import type { SyncEvent } from '../../src/pipeline/sync-event.ts'
import { syncListedObjects } from '../../src/pipeline/sync-metadata.ts'
import { createWorld, type World } from '../../src/simulator/world.ts'
import { createTestApi, page, unaborted } from '../extract/support/test-api.ts'
import { createTestSync, DAY_MS, eventsOf, NOW, type TestSync } from '../support/test-sync.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

/** Everything of the one account is active. */
function activeWorld(ads: number): World {
  const world = createWorld({ seed: 5, nowMs: NOW, ads, campaigns: 2, days: 3 })
  for (const { campaigns, adsets, ads: all } of world.accounts)
    for (const { id } of [...campaigns, ...adsets, ...all]) world.setStatus(id, 'ACTIVE')
  return world
}

/** The ids that a sync asks for one by one. */
async function askedById(sync: TestSync): Promise<string[]> {
  const before = sync.simulator.calls.length
  await sync.run({ days: 2 })
  return sync.simulator.calls.slice(before).flatMap(({ inBatch, id }) => (inBatch && id !== null ? [id] : []))
}

async function deletedAds(warehouse: Warehouse): Promise<unknown[]> {
  const rows = await warehouse.use((session) =>
    session.query(`SELECT ad_id FROM dim_ad WHERE effective_status = 'DELETED' ORDER BY ad_id`),
  )
  return rows.map((row) => row.ad_id)
}

describeOnEachWarehouse('the metadata of what no list has any more', (open) => {
  it('are read once when a campaign is deleted, and those below it, which keep their own status', async () => {
    const world = activeWorld(6)
    const sync = createTestSync(await open(), { world })
    await sync.run({ days: 2 })
    const [campaign] = world.accounts[0]?.campaigns ?? []
    const below = world.accounts[0]?.ads.filter((ad) => ad.adset.campaign === campaign) ?? []
    world.setStatus(campaign?.id ?? '', 'DELETED')
    expect(below).not.toEqual([])
    expect(await askedById(sync)).toEqual(
      expect.arrayContaining([campaign?.id, ...below.map(({ id }) => id)]),
    )
    expect(await askedById(sync)).toEqual([])
  })

  it('are asked for once a week when the API has no such object', async () => {
    const world = activeWorld(4)
    const sync = createTestSync(await open(), { world })
    await sync.run({ days: 2 })
    const gone = world.accounts[0]?.ads[0]?.id ?? ''
    world.removeObject(gone)
    const asked: string[][] = []
    for (let day = 0; day < 9; day += 1) {
      asked.push(await askedById(sync))
      sync.clock.advance(DAY_MS)
    }
    expect(asked).toEqual([[gone], [], [], [], [], [], [], [gone], []])
  })

  it('are kept as far as they were read when a rate limit stops the reading', async () => {
    const warehouse = await open()
    const world = activeWorld(120)
    const sync = createTestSync(warehouse, { world })
    await sync.run({ days: 1 })
    const ids = (world.accounts[0]?.ads ?? []).map(({ id }): string => id)
    ids.sort((a, b) => Number(BigInt(a) - BigInt(b)))
    for (const id of ids) world.setStatus(id, 'DELETED')
    sync.simulator.fail({
      error: 'business-management',
      match: { where: ({ inBatch, id }) => inBatch && ids.indexOf(id ?? '') >= 100 },
      times: Number.POSITIVE_INFINITY,
    })
    const { events } = await sync.run({ days: 1 })
    expect(await deletedAds(warehouse)).toEqual(ids.slice(0, 100))
    expect(eventsOf(events, 'metadata-failed').map(({ id }) => id)).toEqual(ids.slice(100))
  })
})

describeOnEachWarehouse('metadata whose record has no id that is one', (open) => {
  it.each([{ toString: 1 }, ['7'], null, '', 7.5])('fail alone: %j', async (id) => {
    const warehouse = await open()
    const events: SyncEvent[] = []
    const { api } = createTestApi(({ path }) =>
      page(
        path === 'act_21/campaigns'
          ? [
              { id, name: 'Strange' },
              { id: '7', name: 'Plain' },
            ]
          : [],
        null,
      ),
    )
    const account = {
      accountId: parseAccountId('21'),
      name: 'Shop',
      currency: 'USD',
      timeZone: 'UTC',
      status: 'ACTIVE',
      createdTime: null,
    }
    const tools = {
      api,
      warehouse,
      nowMs: () => NOW,
      onEvent: (event: SyncEvent) => events.push(event),
      limit: <T>(body: () => Promise<T>) => body(),
    }
    const listed = await syncListedObjects(account, tools, unaborted())
    expect(listed.campaign).toContain('7')
    expect(eventsOf(events, 'metadata-failed')).toMatchObject([{ kind: 'campaign', id: '?' }])
    const rows = await warehouse.use((session) =>
      session.query('SELECT name FROM dim_campaign WHERE campaign_id <> 0'),
    )
    expect(rows).toEqual([{ name: 'Plain' }])
  })
})
