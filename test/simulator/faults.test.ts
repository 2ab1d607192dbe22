import { describe, expect, it } from 'vitest'
import { TRANSPORT_FAULTS } from '../../src/simulator/graph/faults.ts'
import { ERROR_NAMES, type GraphErrorSpec, NAMED_ERRORS } from '../../src/simulator/graph/named-errors.ts'
import { NOW, simulate } from './simulated.ts'

describe('a scripted error', () => {
  it.each(ERROR_NAMES)('%s comes in the envelope of the API, with usage headers, once', async (name) => {
    const { account, get, simulator } = simulate()
    simulator.fail({ error: name })
    const { status, body, headers } = await get(`/act_${account.id}/campaigns`)
    const spec: GraphErrorSpec = NAMED_ERRORS[name]
    expect(status).toBe(spec.status ?? 400)
    expect(body).toEqual({
      error: {
        message: spec.message,
        type: spec.type ?? 'OAuthException',
        code: spec.code,
        ...(spec.subcode !== undefined && { error_subcode: spec.subcode }),
        ...(spec.isTransient !== undefined && { is_transient: spec.isTransient }),
        ...(spec.userTitle !== undefined && { error_user_title: spec.userTitle }),
        ...(spec.userMessage !== undefined && { error_user_msg: spec.userMessage }),
        fbtrace_id: expect.stringMatching(/^A\w{20,}$/),
      },
    })
    expect(headers.get('content-type')).toBe('application/json; charset=UTF-8')
    expect(headers.get('x-business-use-case-usage')).toContain(account.id)
    expect((await get(`/act_${account.id}/campaigns`)).status).toBe(200)
  })

  it('has no code and subcode twice, but for those whose words or status differ', () => {
    const keys = ERROR_NAMES.map((name) => {
      const { code, subcode, message, status }: GraphErrorSpec = NAMED_ERRORS[name]
      return `${code}/${subcode} ${status} ${message}`
    })
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('covers the codes that the API documents', () => {
    const codes = new Set<number>(ERROR_NAMES.map((name) => NAMED_ERRORS[name].code))
    const documented = [
      1, 2, 3, 4, 10, 17, 32, 100, 101, 102, 104, 105, 190, 200, 270, 272, 294, 341, 368, 506, 613, 803, 960,
      2500, 2635, 2642, 3001, 3018, 80000, 80001, 80002, 80003, 80004, 80005, 80006, 80008, 80009, 80014, -2,
      -3,
    ]
    expect(documented.filter((code) => !codes.has(code))).toEqual([])
  })

  it('can be any other code', async () => {
    const { get, simulator } = simulate()
    simulator.fail({ error: { code: 4711, message: 'new', status: 503 } })
    const { status, body } = await get('/me')
    expect([status, body.error.code]).toEqual([503, 4711])
  })

  it('befalls only the calls that match, after some have passed, as often as it says', async () => {
    const { account, get, simulator } = simulate()
    simulator.fail({ match: { edge: 'ads', id: `act_${account.id}` }, error: 'unknown', after: 1, times: 2 })
    const statuses = []
    for (const edge of ['ads', 'campaigns', 'ads', 'adsets', 'ads', 'ads']) {
      statuses.push((await get(`/act_${account.id}/${edge}`)).status)
    }
    expect(statuses).toEqual([200, 200, 500, 200, 500, 200])
  })

  it('can match a node, a method, a path and anything else of a call', async () => {
    const { account, get, post, simulator } = simulate()
    const id = account.ads[0]?.id ?? ''
    simulator.fail({ match: { edge: null, id: /^\d+$/ }, error: 'unknown' })
    simulator.fail({ match: { method: 'POST' }, error: 'unknown' })
    simulator.fail({
      match: { path: /adsets$/, where: ({ params }) => params.limit === '3' },
      error: 'unknown',
    })
    expect((await get(`/act_${account.id}/ads`)).status).toBe(200)
    expect((await get(`/${id}`)).status).toBe(500)
    expect((await post(`/act_${account.id}/insights`)).status).toBe(500)
    expect((await get(`/act_${account.id}/adsets`, { limit: '2' })).status).toBe(200)
    expect((await get(`/act_${account.id}/adsets`, { limit: '3' })).status).toBe(500)
    expect(simulator.unusedFaults()).toEqual([])
  })

  it('that no call has met is known', async () => {
    const { get, simulator } = simulate()
    const twice = { error: 'unknown', times: 2 } as const
    const never = { match: { edge: 'ads' }, error: 'slow' } as const
    const always = { match: { id: 'me' }, error: 'unknown', times: Number.POSITIVE_INFINITY } as const
    simulator.fail(twice)
    simulator.fail(never)
    simulator.fail(always)
    await get('/me')
    expect(simulator.unusedFaults()).toEqual([twice, never, always])
    await get('/me')
    await get('/me')
    expect(simulator.unusedFaults()).toEqual([never])
  })
})

describe('a fault of the transport', () => {
  const answerWith = async (error: (typeof TRANSPORT_FAULTS)[number]) => {
    const simulated = simulate()
    simulated.simulator.fail({ error })
    return simulated.get(`/act_${simulated.account.id}/campaigns`, { fields: 'name' })
  }

  it('is an HTML page with status 502', async () => {
    const { status, text, headers } = await answerWith('html-502')
    expect([status, text.slice(0, 9)]).toEqual([502, '<!DOCTYPE'])
    expect(headers.get('content-type')).toContain('text/html')
  })

  it('is an empty body', async () => {
    expect(await answerWith('empty-body')).toMatchObject({ status: 200, text: '' })
  })

  it('is an answer cut off in its middle', async () => {
    const { status, text, body } = await answerWith('truncated-json')
    expect([status, body, text.slice(0, 9)]).toEqual([200, null, '{"data":['])
  })

  it('is a success that says Service Unavailable, or holds an error', async () => {
    expect(await answerWith('unavailable-200')).toMatchObject({ status: 200, text: 'Service Unavailable' })
    const { status, body } = await answerWith('error-200')
    expect([status, body.error.code]).toEqual([200, 2])
  })

  it('is a connection that breaks', async () => {
    await expect(answerWith('connection-reset')).rejects.toThrow(TypeError)
  })

  it('is an answer that takes long, and ends when the caller gives up', async () => {
    const { clock, get, simulator } = simulate()
    simulator.fail({ error: 'slow', delayMs: 90_000 })
    expect((await get('/me')).status).toBe(200)
    expect(clock.now()).toBe(NOW + 90_000)
    const gaveUp = new Error('gave up')
    const call = simulator.fetch('https://graph.facebook.com/v26.0/me', { signal: AbortSignal.abort(gaveUp) })
    await expect(call).rejects.toBe(gaveUp)
  })

  it('passes every item of its list through a call', async () => {
    for (const error of TRANSPORT_FAULTS) {
      const { get, simulator } = simulate()
      simulator.fail({ error })
      await get('/me').catch(() => null)
      expect(simulator.unusedFaults()).toEqual([])
    }
  })
})

describe('something that is scripted to happen', () => {
  it('happens once, right before the call that matches, which is answered as the world is then', async () => {
    const { account, get, simulator, world } = simulate()
    const [campaign = expect.fail()] = account.campaigns
    simulator.before({
      match: { id: campaign.id },
      after: 1,
      act: () => world.rename(campaign.id, 'renamed in between'),
    })
    const name = async () => (await get(`/${campaign.id}`, { fields: 'name' })).body.name
    expect(await name()).not.toBe('renamed in between')
    expect(simulator.unusedFaults()).toHaveLength(1)
    expect(await name()).toBe('renamed in between')
    expect(simulator.unusedFaults()).toEqual([])
    world.rename(campaign.id, 'again')
    expect(await name()).toBe('again')
  })
})
