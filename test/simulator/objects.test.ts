import { describe, expect, it } from 'vitest'
import { effectiveStatus } from '../../src/simulator/world/effective-status.ts'
import { DAY_MS, NOW, simulate } from './simulated.ts'

describe('an edge', () => {
  it('lists what is live, each with its id alone unless fields are asked for', async () => {
    const { account, all } = simulate({ sizes: { ads: 80, campaigns: 12 } })
    for (const [edge, objects] of [
      ['campaigns', account.campaigns],
      ['adsets', account.adsets],
      ['ads', account.ads],
    ] as const) {
      const live = objects.filter((object) => !['ARCHIVED', 'DELETED'].includes(effectiveStatus(object)))
      expect(await all(`/act_${account.id}/${edge}`)).toEqual(live.map(({ id }) => ({ id })))
      expect(live.length).toBeLessThan(objects.length)
    }
  })

  it('lists archived objects when their status is asked for, as a parameter or as a filter', async () => {
    const { account, all } = simulate({ sizes: { ads: 80 } })
    const archived = account.ads.filter((ad) => effectiveStatus(ad) === 'ARCHIVED').map(({ id }) => ({ id }))
    expect(archived.length).toBeGreaterThan(0)
    const path = `/act_${account.id}/ads`
    expect(await all(path, { effective_status: ['ARCHIVED'] })).toEqual(archived)
    const filtering = [{ field: 'ad.effective_status', operator: 'IN', value: ['ARCHIVED'] }]
    expect(await all(path, { filtering })).toEqual(archived)
  })

  it('refuses DELETED with its own subcode, and a status that the kind does not have', async () => {
    const { account, get } = simulate()
    const ask = (edge: string, status: string) =>
      get(`/act_${account.id}/${edge}`, { effective_status: ['ACTIVE', status] })
    const deleted = await ask('ads', 'DELETED')
    expect(deleted.status).toBe(400)
    expect(deleted.body.error).toMatchObject({
      code: 100,
      error_subcode: 1815001,
      error_user_title: 'Cannot Request for Deleted Objects',
    })
    const foreign = await ask('adsets', 'DISAPPROVED')
    expect(foreign.body.error.message).toBe(
      '(#100) effective_status[1] must be one of the following values: ACTIVE, ARCHIVED, CAMPAIGN_PAUSED, DELETED, IN_PROCESS, PAUSED, WITH_ISSUES',
    )
  })

  it('finds objects by their ids, by their parents, and by when they were updated', async () => {
    const { account, all, world } = simulate({ sizes: { ads: 40 } })
    const path = `/act_${account.id}/ads`
    const ids = (await all(path)).slice(0, 3).map(({ id }) => id)
    const byId = await all(path, { filtering: [{ field: 'ad.id', operator: 'IN', value: ids }] })
    expect(byId.map(({ id }) => id)).toEqual(ids)
    world.rename(ids[1], 'renamed', NOW + DAY_MS)
    const since = NOW / 1000 + 3600
    const updated = [{ field: 'ad.updated_time', operator: 'GREATER_THAN', value: since }]
    expect(await all(path, { filtering: updated, fields: 'name' })).toEqual([{ name: 'renamed', id: ids[1] }])
    expect(await all(path, { updated_since: String(since) })).toEqual([{ id: ids[1] }])
    const campaign = account.ads[0]?.adset.campaign
    const ofCampaign = await all(path, {
      filtering: [{ field: 'campaign.id', operator: 'EQUAL', value: campaign?.id }],
    })
    const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id).sort()
    expect(idsOf(ofCampaign)).toEqual(idsOf(await all(`/${campaign?.id}/ads`)))
    expect(ofCampaign.length).toBeGreaterThan(0)
  })

  it('pages with opaque cursors that survive what comes and goes between two pages', async () => {
    const { account, get, world } = simulate({ sizes: { ads: 60 } })
    const path = `/act_${account.id}/ads`
    const first = await get(path)
    expect(first.body.data).toHaveLength(25)
    expect(first.body.paging.cursors.after).toMatch(/^QVFI/)
    world.removeObject(first.body.data[0].id)
    const second = await get(path, { after: first.body.paging.cursors.after, summary: 'total_count' })
    const seen = new Set(first.body.data.map(({ id }: { id: string }) => id))
    expect(second.body.data.some(({ id }: { id: string }) => seen.has(id))).toBe(false)
    expect(second.body.data.length + 25).toBe(second.body.summary.total_count + 1)
    expect(second.body.paging.next).toBeUndefined()
    expect(second.body.paging.previous).toContain('before=')
    expect((await get(path, { after: 'QVFIxx' })).body.error.code).toBe(2642)
  })

  it('comes whole in ragged pages', async () => {
    const [full, ragged] = [
      simulate({ sizes: { ads: 60 } }),
      simulate({ sizes: { ads: 60 }, pages: 'ragged' }),
    ]
    const path = `/act_${full.account.id}/ads`
    expect(await ragged.all(path, { limit: '5' })).toEqual(await full.all(path, { limit: '5' }))
    expect(ragged.simulator.calls.length).toBeGreaterThan(full.simulator.calls.length)
  })

  it('lists the creatives of the ads', async () => {
    const { account, all } = simulate()
    const creatives = await all(`/act_${account.id}/adcreatives`, { fields: 'id,name,thumbnail_url' })
    expect(creatives.map(({ id }) => id)).toEqual(account.ads.map(({ creative }) => creative.id))
  })

  it('does not exist below an ad', async () => {
    const { account, get } = simulate()
    expect((await get(`/${account.ads[0]?.id}/campaigns`)).body.error.code).toBe(2500)
  })
})

describe('a node', () => {
  it('shows its fields in the forms of the API', async () => {
    const { account, get } = simulate()
    const ad = account.ads[0]
    const { body } = await get(`/${ad?.id}`, {
      fields:
        'name,account_id,campaign_id,adset{name,campaign{id}},creative,created_time,status,configured_status',
    })
    expect(body).toEqual({
      id: ad?.id,
      name: ad?.name,
      account_id: account.id,
      campaign_id: ad?.adset.campaign.id,
      adset: { name: ad?.adset.name, campaign: { id: ad?.adset.campaign.id }, id: ad?.adset.id },
      creative: { id: ad?.creative.id },
      created_time: expect.stringMatching(/^2026-\d\d-\d\dT\d\d:\d\d:\d\d-0[78]00$/),
      status: 'ACTIVE',
      configured_status: 'ACTIVE',
    })
  })

  it('takes fields as a JSON array, and those of a nested object', async () => {
    const { account, get } = simulate()
    const ad = account.ads[0]
    const { body } = await get(`/${ad?.id}`, { fields: ['creative{id,title}'] })
    expect(body.creative).toEqual({ id: ad?.creative.id, title: ad?.creative.title })
  })

  it('has budgets in minor units as text, and one holder of them: the campaign or its ad sets', async () => {
    const { account, all } = simulate({ sizes: { ads: 60, campaigns: 10 } })
    const fields = 'daily_budget,lifetime_budget,bid_amount,campaign_id,stop_time,end_time'
    const campaigns = await all(`/act_${account.id}/campaigns`, {
      fields: 'daily_budget,lifetime_budget,stop_time',
    })
    const adsets = await all(`/act_${account.id}/adsets`, { fields: fields.replace('stop_time,', '') })
    const holds = (object: Record<string, string>) =>
      Number(object.daily_budget ?? object.lifetime_budget ?? 0) > 0
    const holders = new Set(campaigns.filter((each) => holds(each)).map(({ id }) => id))
    expect(holders.size).toBeGreaterThan(0)
    for (const adset of adsets) expect(holds(adset)).toBe(!holders.has(adset.campaign_id))
    expect(adsets.every(({ daily_budget = '0' }) => /^\d+$/.test(daily_budget))).toBe(true)
    expect(adsets.some(({ bid_amount }) => Number.isInteger(bid_amount))).toBe(true)
  })

  it('of a deleted object is still readable, and of a removed one is not', async () => {
    const { account, get, world } = simulate()
    const ad = account.ads[0]
    if (!ad) throw new Error('no ad')
    world.setStatus(ad.id, 'DELETED')
    expect((await get(`/${ad.id}`, { fields: 'status' })).body).toEqual({ id: ad.id, status: 'DELETED' })
    world.removeObject(ad.id)
    const gone = await get(`/${ad.id}`, { fields: 'status' })
    expect(gone.body.error).toMatchObject({ code: 100, error_subcode: 33, type: 'GraphMethodException' })
    expect(gone.body.error.message).toContain(`Object with ID '${ad.id}' does not exist`)
  })

  it('of an account has numbers for numbers and text for money', async () => {
    const { account, get } = simulate()
    const { body } = await get(`/act_${account.id}`, {
      fields:
        'account_id,name,currency,account_status,timezone_name,timezone_offset_hours_utc,age,balance,spend_cap',
    })
    expect(body).toEqual({
      id: `act_${account.id}`,
      account_id: account.id,
      name: 'Northwind Outdoor',
      currency: 'USD',
      account_status: 1,
      timezone_name: 'America/Los_Angeles',
      timezone_offset_hours_utc: -8,
      age: 60,
      balance: '0',
      spend_cap: '0',
    })
  })

  it('refuses a field that its kind does not have, and braces that do not match', async () => {
    const { account, get } = simulate()
    const path = `/${account.campaigns[0]?.id}`
    expect((await get(path, { fields: 'name,adset_id' })).body.error.message).toBe(
      '(#100) Tried accessing nonexisting field (adset_id) on node type (AdCampaignGroup)',
    )
    expect((await get(path, { fields: 'name{id' })).body.error.code).toBe(100)
    expect((await get(path, { fields: '["name"' })).body.error.code).toBe(100)
  })

  it('of a campaign keeps its updated_time when its budget changes', async () => {
    const { account, get, world } = simulate()
    const id = account.campaigns[0]?.id ?? ''
    const read = async () => (await get(`/${id}`, { fields: 'daily_budget,updated_time,name' })).body
    const before = await read()
    world.setDailyBudget(id, '77700', NOW + DAY_MS)
    expect(await read()).toEqual({ ...before, daily_budget: '77700' })
    world.rename(id, 'new', NOW + DAY_MS)
    expect((await read()).updated_time).toBe('2026-11-06T12:10:00-0800')
  })

  it('of a creative has a signed address that is another the next day', async () => {
    const { account, clock, get } = simulate()
    const read = async () => (await get(`/${account.ads[0]?.creative.id}`, { fields: 'thumbnail_url' })).body
    const before = await read()
    expect(await read()).toEqual(before)
    clock.advance(DAY_MS)
    expect(await read()).not.toEqual(before)
  })
})

describe('the user', () => {
  it('sees itself, its permissions and all its ad accounts', async () => {
    const { all, get, world } = simulate({ sizes: { accounts: 3, ads: 5 } })
    expect((await get('/me')).body).toEqual({ id: expect.stringMatching(/^\d+$/), name: expect.any(String) })
    expect((await get('/me/permissions')).body.data).toContainEqual({
      permission: 'ads_read',
      status: 'granted',
    })
    const accounts = await all('/me/adaccounts', { fields: 'account_id,currency', limit: '2' })
    expect(accounts).toEqual(
      world.accounts.map(({ id, currency }) => ({ id: `act_${id}`, account_id: id, currency })),
    )
  })
})
