import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createSimulator } from '../../src/simulator/app.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { createManualClock, NOW, readAnswer, simulate } from './simulated.ts'

function atRoot(options = {}) {
  const world = createWorld({ seed: 1, nowMs: NOW, ads: 5 })
  const simulator = createSimulator({ world, clock: createManualClock(), ...options })
  const id = `act_${world.accounts[0]?.id}`
  const get = async (path: string, init?: RequestInit) =>
    readAnswer(await simulator.fetch(`https://graph.facebook.com${path}`, init))
  return { get, id, simulator }
}

describe('the version', () => {
  it('is said by every answer', async () => {
    const { get, id } = atRoot()
    expect((await get(`/v25.0/${id}?access_token=T`)).headers.get('facebook-api-version')).toBe('v25.0')
  })

  it('that does not exist is an unknown path', async () => {
    const { get } = atRoot()
    const { status, body } = await get('/v99.0/me?access_token=T')
    expect([status, body.error.code, body.error.message]).toEqual([400, 2500, 'Unknown path components: /me'])
  })

  it('that has expired is refused, but upgraded with a warning for reading insights', async () => {
    const { get, id } = atRoot()
    expect((await get(`/v24.0/${id}/ads?access_token=T`)).body.error.code).toBe(2635)
    const { status, headers } = await get(`/v24.0/${id}/insights?access_token=T`)
    expect(status).toBe(200)
    expect(headers.get('facebook-api-version')).toBe('v25.0')
    expect(headers.get('x-ad-api-version-warning')).toBe(
      'The call has been auto-upgraded to v25.0 as v24.0 has been deprecated',
    )
    expect((await get('/v24.0/me?access_token=T')).status).toBe(200)
  })

  it('must be named', async () => {
    const { get, id } = atRoot()
    expect((await get(`/${id}/ads?access_token=T`)).body.error.code).toBe(2635)
  })

  it('can be any that the simulator is given', async () => {
    const { get } = atRoot({ versions: { usable: ['v27.0'], expired: ['v26.0'] } })
    expect((await get('/v27.0/me?access_token=T')).status).toBe(200)
    expect((await get('/v26.0/me/adaccounts?access_token=T')).body.error.code).toBe(2635)
  })
})

describe('the token', () => {
  it('that is one of several reaches its own accounts alone, and dies alone', async () => {
    const world = createWorld({ seed: 1, nowMs: NOW, accounts: 2, ads: 5 })
    const [north = '', south = ''] = world.accounts.map(({ id }) => id)
    const { get, simulator } = atRoot({ world, tokens: { N: [north], S: [south] } })
    const codeOf = async (path: string, token: string) =>
      (await get(`/v26.0/${path}access_token=${token}`)).body.error?.code ?? null
    const ad = world.account(south)?.ads[0]?.id
    for (const path of [`act_${south}?`, `act_${south}/insights?`, `${ad}?`])
      expect([path, await codeOf(path, 'N'), await codeOf(path, 'S')]).toEqual([path, 200, null])
    expect((await get('/v26.0/me/adaccounts?access_token=N')).body.data).toEqual([{ id: `act_${north}` }])
    const { data } = (await get('/v26.0/debug_token?access_token=N&input_token=S')).body
    expect(data).toMatchObject({ is_valid: true, granular_scopes: [{ target_ids: [south] }] })
    expect([await codeOf('me?', 'X'), await codeOf('me?', 'toString')]).toEqual([190, 190])
    simulator.setToken('token-expired', 'S')
    expect([await codeOf('me?', 'N'), await codeOf('me?', 'S')]).toEqual([null, 190])
  })

  it('comes in the header or among the parameters, and is put into links either way', async () => {
    const { get, id, simulator } = atRoot()
    const headers = { authorization: 'Bearer SECRET' }
    const { body } = await get(`/v26.0/${id}/ads?limit=1`, { headers })
    expect(new URL(body.paging.next).searchParams.get('access_token')).toBe('SECRET')
    await get(`/v26.0/${id}/ads?access_token=SECRET`)
    await get(`/v26.0/${id}/ads`)
    expect(simulator.calls.map(({ tokenIn }) => tokenIn)).toEqual(['header', 'params', 'nowhere'])
  })

  it('must be there, and be the one', async () => {
    const { get } = atRoot({ accessToken: 'RIGHT' })
    expect((await get('/v26.0/me')).body.error.code).toBe(2500)
    expect((await get('/v26.0/me?access_token=WRONG')).body.error.code).toBe(190)
    expect((await get('/v26.0/me?access_token=RIGHT')).status).toBe(200)
  })

  it.each([
    ['token-app-removed', 458],
    ['token-checkpoint', 459],
    ['token-password-changed', 460],
    ['token-expired', 463],
    ['token-unconfirmed', 464],
    ['token-revoked', 467],
    ['token-session', 492],
  ] as const)('can be refused as %s', async (state, subcode) => {
    const { get, id, simulator } = atRoot()
    simulator.setToken(state)
    expect((await get(`/v26.0/${id}/ads?access_token=T`)).body.error).toMatchObject({
      code: 190,
      error_subcode: subcode,
    })
    const { body } = await get('/v26.0/debug_token?input_token=T&access_token=T')
    expect(body.data).toMatchObject({ is_valid: false, scopes: [], error: { code: 190, subcode } })
  })

  it('can lack ads_read, which bars the ad accounts and is said by its permissions', async () => {
    const { get, id, simulator } = atRoot()
    simulator.setToken('without-ads-read')
    const { status, body } = await get(`/v26.0/${id}?access_token=T`)
    expect([status, body.error.code]).toEqual([403, 200])
    expect((await get('/v26.0/me/permissions?access_token=T')).body.data).toContainEqual({
      permission: 'ads_read',
      status: 'declined',
    })
    expect((await get('/v26.0/debug_token?input_token=T&access_token=T')).body.data.scopes).not.toContain(
      'ads_read',
    )
  })

  it('is described to the app', async () => {
    const { get } = atRoot({ accessToken: 'RIGHT', appId: '42', appSecret: 's3cret' })
    const ask = async (input: string) =>
      (await get(`/v26.0/debug_token?input_token=${input}&access_token=${encodeURIComponent('42|s3cret')}`))
        .body.data
    expect(await ask('RIGHT')).toMatchObject({
      app_id: '42',
      is_valid: true,
      expires_at: 0,
      scopes: expect.arrayContaining(['ads_read']),
    })
    expect(await ask('WRONG')).toMatchObject({ is_valid: false, error: { code: 190 } })
  })

  it('needs its proof where the app demands it, and the right one', async () => {
    const { get } = atRoot({ appSecret: 's3cret', requireProof: true })
    const proof = createHmac('sha256', 's3cret').update('T').digest('hex')
    const ask = (query: string) => get(`/v26.0/me/adaccounts?access_token=T${query}`)
    expect((await ask('')).body.error.message).toContain('require an appsecret_proof')
    expect((await ask('&appsecret_proof=00')).body.error).toMatchObject({
      code: 100,
      type: 'GraphMethodException',
    })
    expect((await ask(`&appsecret_proof=${proof}`)).status).toBe(200)
  })
})

describe('what is gone from the API', () => {
  it('is reading several ids at once', async () => {
    const { get } = simulate()
    const { status, body } = await get('/', { ids: '1,2' })
    expect([status, body.error.code, body.error.message]).toEqual([
      500,
      100,
      'The ids query parameter is deprecated in v26.0+',
    ])
  })

  it('is the form of dates', async () => {
    const { get } = simulate()
    expect((await get('/me', { date_format: 'U' })).body.error.code).toBe(100)
  })
})

describe('the usage headers', () => {
  it('are those of the account, on insights one more, with the levels that were set', async () => {
    const { account, get, simulator } = simulate()
    simulator.setUsage({
      appPercent: 28,
      accountPercent: 9.67,
      businessPercents: { ads_management: 12, ads_insights: 100 },
      regainMinutes: { ads_insights: 19 },
      insightsAccountPercent: 81,
    })
    const { headers } = await get(`/act_${account.id}/insights`)
    const header = (name: string) => JSON.parse(headers.get(name) ?? 'null')
    expect(header('x-app-usage')).toEqual({ call_count: 28, total_time: 28, total_cputime: 28 })
    expect(header('x-ad-account-usage')).toMatchObject({ acc_id_util_pct: 9.67 })
    expect(header('x-business-use-case-usage')[account.id]).toEqual([
      expect.objectContaining({ type: 'ads_management', call_count: 12, estimated_time_to_regain_access: 0 }),
      expect.objectContaining({ type: 'ads_insights', call_count: 100, estimated_time_to_regain_access: 19 }),
    ])
    expect(header('x-fb-ads-insights-throttle')).toMatchObject({ acc_id_util_pct: 81 })
    const edge = await get(`/act_${account.id}/ads`)
    expect(edge.headers.has('x-fb-ads-insights-throttle')).toBe(false)
    simulator.setUsage(null)
    expect((await get(`/act_${account.id}/ads`)).headers.has('x-app-usage')).toBe(false)
  })
})

describe('the log of calls', () => {
  it('says what was asked, when, and of which edge', async () => {
    const { account, get, simulator } = simulate()
    await get(`/act_${account.id}/ads`, { limit: '3' })
    await get('/me')
    expect(simulator.calls).toEqual([
      {
        method: 'GET',
        path: `/act_${account.id}/ads`,
        version: 'v26.0',
        id: `act_${account.id}`,
        edge: 'ads',
        params: { access_token: 'TOKEN', limit: '3' },
        tokenIn: 'params',
        accessToken: 'TOKEN',
        inBatch: false,
        atMs: NOW,
      },
      expect.objectContaining({ path: '/me', id: 'me', edge: null }),
    ])
  })

  it('takes as long as it is told to answer', async () => {
    const { clock, get } = simulate({ latencyMs: 120 })
    await get('/me')
    expect(clock.now()).toBe(NOW + 120)
  })
})
