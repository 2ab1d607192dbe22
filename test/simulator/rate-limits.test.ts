import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMeter } from '../../src/simulator/graph/meter.ts'
import { callsPerHour, RATE_LIMITS, type RateLimits } from '../../src/simulator/graph/rate-limits.ts'
import { effectiveStatus } from '../../src/simulator/world/effective-status.ts'
import { type Answer, simulate } from './simulated.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const SCORE = { points: 4, decayMs: 4 * MINUTE_MS, blockMs: 10 * MINUTE_MS }

function limited(limits: Partial<RateLimits>) {
  const simulated = simulate({ rateLimits: { ...RATE_LIMITS.none, ...limits }, sizes: { accounts: 2 } })
  const { account, get, post } = simulated
  return {
    ...simulated,
    ads: (id: string = account.id) => get(`/act_${id}/ads`),
    insights: () => get(`/act_${account.id}/insights`),
    startRun: () => post(`/act_${account.id}/insights`),
  }
}

/** The code and subcode of an answer; null when it is none of an error. */
function refusal({ body }: Answer): string | null {
  const { code, error_subcode: subcode } = body.error ?? {}
  return code === undefined ? null : `${code}${subcode === undefined ? '' : `/${subcode}`}`
}

function header({ headers }: Answer, name: string) {
  return JSON.parse(headers.get(name) ?? 'null')
}

describe('the score of an ad account', () => {
  it('takes 1 point for a read and 3 for a write, in all use cases together, and refuses what goes beyond', async () => {
    const { ads, insights, startRun } = limited({ score: SCORE })
    expect(refusal(await startRun())).toBeNull()
    expect(refusal(await insights())).toBeNull()
    expect(refusal(await ads())).toBe('17/2446079')
    expect(refusal(await insights())).toBe('17/2446079')
  })

  it('runs out evenly', async () => {
    const { ads, clock, insights } = limited({ score: SCORE })
    for (let call = 0; call < 4; call += 1) await ads()
    clock.advance(MINUTE_MS)
    expect(refusal(await insights())).toBeNull()
    expect(refusal(await insights())).toBe('17/2446079')
  })

  it('blocks nobody else', async () => {
    const { ads, get, world } = limited({ score: { ...SCORE, points: 1 } })
    await ads()
    expect(refusal(await ads())).toBe('17/2446079')
    expect(refusal(await ads(world.accounts[1]?.id))).toBeNull()
    expect(refusal(await get('/me'))).toBeNull()
  })

  it('is told by the headers as it rises, and when the account regains access', async () => {
    const { ads, clock, insights } = limited({ score: SCORE })
    const percents = []
    for (let call = 0; call < 4; call += 1)
      percents.push(header(await ads(), 'x-ad-account-usage').acc_id_util_pct)
    expect(percents).toEqual([25, 50, 75, 99])
    await ads()
    clock.advance(30 * SECOND_MS)
    const refused = await insights()
    expect(header(refused, 'x-ad-account-usage')).toMatchObject({
      acc_id_util_pct: 100,
      reset_time_duration: 600,
    })
    const blocked = { call_count: 100, estimated_time_to_regain_access: 10 }
    expect(Object.values(header(refused, 'x-business-use-case-usage'))).toEqual([
      [
        expect.objectContaining({ type: 'ads_management', ...blocked }),
        expect.objectContaining({ type: 'ads_insights', ...blocked }),
      ],
    ])
  })
})

describe('the budget of a use case', () => {
  it('is its own, in each ad account', async () => {
    const { ads, insights, world } = limited(callsPerHour(2))
    const codes = []
    for (let call = 0; call < 3; call += 1) codes.push(refusal(await insights()))
    expect(codes).toEqual([null, null, '80000/2446079'])
    for (let call = 0; call < 3; call += 1) codes.push(refusal(await ads()))
    expect(codes.slice(3)).toEqual([null, null, '80004/2446079'])
    expect(refusal(await ads(world.accounts[1]?.id))).toBeNull()
  })

  it('is told by the headers of all the account’s answers', async () => {
    const { account, ads, insights } = limited(callsPerHour(2))
    for (let call = 0; call < 3; call += 1) await insights()
    const told = await ads()
    expect(header(told, 'x-business-use-case-usage')[account.id]).toEqual([
      expect.objectContaining({ type: 'ads_management', call_count: 50, estimated_time_to_regain_access: 0 }),
      expect.objectContaining({ type: 'ads_insights', call_count: 100, estimated_time_to_regain_access: 5 }),
    ])
    expect(header(await insights(), 'x-fb-ads-insights-throttle')).toMatchObject({ acc_id_util_pct: 100 })
  })

  it('counts what is asked of a report run, and each call of a batch', async () => {
    const { account, ads, get, post, startRun } = limited(callsPerHour(2))
    const { body } = await startRun()
    expect(refusal(await get(`/${body.report_run_id}`))).toBeNull()
    expect(refusal(await get(`/${body.report_run_id}`))).toBe('80000/2446079')
    const batch = [1, 2, 3].map(() => ({ method: 'GET', relative_url: `v26.0/act_${account.id}` }))
    const answers = (await post('/', { batch })).body.map(({ code }: { code: number }) => code)
    expect(answers).toEqual([200, 200, 400])
    expect(refusal(await ads())).toBe('80004/2446079')
  })

  it('is larger with active ads, by the access tier', async () => {
    const budget = { points: 1, pointsPerActiveAd: 1, decayMs: MINUTE_MS, blockMs: MINUTE_MS }
    const { account, ads } = limited({ useCases: { ads_insights: null, ads_management: budget } })
    const active = account.ads.filter((ad) => effectiveStatus(ad) === 'ACTIVE').length
    const codes = []
    for (let call = 0; call < active + 2; call += 1) codes.push(refusal(await ads()))
    expect(active).toBeGreaterThan(0)
    expect(codes.indexOf('80004/2446079')).toBe(active + 1)
    const tier = async (name: 'development' | 'standard') => {
      const { account: other, get } = simulate({ rateLimits: RATE_LIMITS[name] })
      return header(await get(`/act_${other.id}`), 'x-ad-account-usage').ads_api_access_tier
    }
    expect([await tier('development'), await tier('standard')]).toEqual([
      'development_access',
      'standard_access',
    ])
  })
})

describe('the limit of the app', () => {
  it('counts what concerns no ad account, and blocks everything', async () => {
    const { ads, get, insights } = limited({ app: { points: 1, decayMs: MINUTE_MS, blockMs: MINUTE_MS } })
    expect([refusal(await ads()), refusal(await ads()), refusal(await get('/me'))]).toEqual([
      null,
      null,
      null,
    ])
    expect([refusal(await get('/me')), refusal(await ads()), refusal(await insights())]).toEqual([
      '4',
      '4',
      '4',
    ])
    expect(header(await ads(), 'x-app-usage')).toMatchObject({ call_count: 100 })
    expect(header(await insights(), 'x-fb-ads-insights-throttle')).toMatchObject({ app_id_util_pct: 100 })
  })
})

describe('a call during a block', () => {
  it('prolongs it and is counted, unless it had begun before', async () => {
    const { account, ads, clock, simulator } = limited({ score: { ...SCORE, points: 1 } })
    await ads()
    await ads()
    expect(refusal(await ads())).toBe('17/2446079')
    expect(simulator.callsDuringBlocks.size).toBe(0)
    clock.advance(9 * MINUTE_MS)
    expect(refusal(await ads())).toBe('17/2446079')
    clock.advance(9 * MINUTE_MS)
    expect(refusal(await ads())).toBe('17/2446079')
    expect([...simulator.callsDuringBlocks]).toEqual([[account.id, 2]])
    clock.advance(10 * MINUTE_MS)
    expect(refusal(await ads())).toBeNull()
  })

  it('is told from those under way by when it began, not by when it is answered', async () => {
    const world = limited({ score: { ...SCORE, points: 1 } })
    const { account, clock, get, simulator } = simulate({
      world: world.world,
      rateLimits: { ...RATE_LIMITS.none, score: { ...SCORE, points: 1 } },
      latencyMs: 100,
    })
    const path = `/act_${account.id}/ads`
    const together = await Promise.all([get(path), get(path), get(path)])
    expect(together.map(refusal)).toEqual([null, '17/2446079', '17/2446079'])
    expect(simulator.callsDuringBlocks.size).toBe(0)
    clock.advance(1)
    await get(path)
    expect([...simulator.callsDuringBlocks.values()]).toEqual([1])
  })

  it('is one only when its client has had the time to read what was told', async () => {
    const { account, clock, get, simulator } = simulate({ rateLimits: callsPerHour(1), noticeMs: 1_000 })
    const path = `/act_${account.id}`
    await get(path)
    await get(path)
    clock.advance(1_000)
    await get(path)
    expect(simulator.callsDuringBlocks.size).toBe(0)
    clock.advance(1)
    await get(path)
    expect([...simulator.callsDuringBlocks.values()]).toEqual([1])
  })

  it('is one only once an answer has told of the block, and not one that was cut or lost', async () => {
    const { account, clock, get, post, simulator } = simulate({ rateLimits: callsPerHour(1) })
    const path = `/act_${account.id}`
    const batch = [1, 2].map(() => ({ method: 'GET', relative_url: `v26.0${path}` }))
    simulator.fail({ match: { method: 'POST' }, error: 'truncated-json' })
    expect((await post('/', { batch })).body).toBeNull()
    clock.advance(1)
    expect((await post('/', { batch })).body.map(({ code }: { code: number }) => code)).toEqual([400, 400])
    expect(simulator.callsDuringBlocks.size).toBe(0)
    clock.advance(1)
    await get(path)
    expect([...simulator.callsDuringBlocks.values()]).toEqual([1])
  })
})

describe('a meter', () => {
  const steps = fc.array(fc.record({ afterMs: fc.nat(40_000), points: fc.constantFrom(1, 3) }), {
    maxLength: 60,
  })

  it('never gives more than its budget and what has run out since, and says 100 % exactly while it is blocked', () => {
    const budget = { points: 10, decayMs: 50_000, blockMs: 30_000 }
    fc.assert(
      fc.property(steps, (calls) => {
        const meter = createMeter(budget)
        let nowMs = 0
        let given = 0
        let untilMs = 0
        for (const { afterMs, points } of calls) {
          nowMs += afterMs
          const isBlocked = nowMs < untilMs
          expect(meter.percent(nowMs) === 100).toBe(isBlocked)
          expect(meter.regainMs(nowMs)).toBe(Math.max(0, untilMs - nowMs))
          meter.tell(nowMs - 1)
          const refused = meter.refusal(nowMs, nowMs)
          expect(refused !== null).toBe(isBlocked)
          if (refused?.duringBlock) untilMs = nowMs + budget.blockMs
          if (refused) continue
          if (meter.take(points, 'user-limit', nowMs) === null) given += points
          else untilMs = nowMs + budget.blockMs
          expect(given).toBeLessThanOrEqual(budget.points * (1 + nowMs / budget.decayMs))
        }
      }),
    )
  })

  it('refuses nobody who asks for less than runs out', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 500 }), (points, calls) => {
        const meter = createMeter({ points, decayMs: points * 1_000, blockMs: 1_000 })
        for (let call = 0; call < calls; call += 1)
          expect(meter.take(1, 'user-limit', call * 1_000)).toBeNull()
      }),
    )
  })
})
