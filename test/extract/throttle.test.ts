import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSkippingClock } from '../../scripts/torture/faults/skipping-clock.ts'
import type { ApiEvent } from '../../src/extract/api-event.ts'
import { GraphError, type GraphErrorFacts } from '../../src/extract/graph-error.ts'
import { createSharedLimits, type UseCase } from '../../src/extract/shared-limits.ts'
import { createThrottle } from '../../src/extract/throttle.ts'
import { readUsage } from '../../src/extract/usage.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import { createTestApi, failure, json, unaborted } from './support/test-api.ts'
import { createTestClock } from './support/test-clock.ts'

const ONE = parseAccountId('1')
const TWO = parseAccountId('2')
const MINUTE_MS = 60_000
const BUC = 'x-business-use-case-usage'

function createTestThrottle(useCase: UseCase = 'ads_insights', shared = createSharedLimits('1')) {
  const clock = createTestClock(() => 0)
  const events: ApiEvent[] = []
  const options = { useCase, shared, firstBlockMs: 5 * MINUTE_MS }
  const throttle = createThrottle(clock, options, (event) => events.push(event))
  const wait = (ms: number) => clock.sleep(ms, unaborted())
  return { clock, events, throttle, wait }
}

function refusal(facts: Partial<GraphErrorFacts> = {}): GraphError {
  return new GraphError({ kind: 'throttled', what: 'GET x', accountId: ONE, text: 'limit reached', ...facts })
}

function usage(percent: number, regainMinutes = 0, id = '1'): Headers {
  const entry = { type: 'ads_insights', call_count: percent, estimated_time_to_regain_access: regainMinutes }
  return new Headers({ [BUC]: JSON.stringify({ [id]: [entry] }) })
}

describe('readUsage', () => {
  it('reads all four headers, all their entries, and the highest of their numbers', () => {
    const headers = new Headers({
      'X-App-Usage': '{"call_count":28,"total_time":25,"total_cputime":30.5}',
      'X-Ad-Account-Usage': '{"acc_id_util_pct":9.67,"reset_time_duration":100}',
      'X-FB-Ads-Insights-Throttle': '{"app_id_util_pct":100,"acc_id_util_pct":10}',
      'X-Business-Use-Case-Usage': JSON.stringify({
        '11': [
          {
            type: 'ads_insights',
            call_count: 1,
            total_cputime: 2,
            total_time: 3,
            estimated_time_to_regain_access: 0,
          },
          { type: 'ads_management', call_count: 99, estimated_time_to_regain_access: 19 },
        ],
        '22': [{ type: 'pages', total_time: 5 }],
      }),
    })
    expect(readUsage(headers)).toEqual([
      { scope: 'app', id: null, useCase: 'app', percent: 30.5, regainMs: 0 },
      { scope: 'account', id: null, useCase: 'ad_account', percent: 9.67, regainMs: 0 },
      { scope: 'use-case', id: '11', useCase: 'ads_insights', percent: 3, regainMs: 0 },
      { scope: 'use-case', id: '11', useCase: 'ads_management', percent: 99, regainMs: 19 * MINUTE_MS },
      { scope: 'use-case', id: '22', useCase: 'pages', percent: 5, regainMs: 0 },
      { scope: 'app', id: null, useCase: 'insights', percent: 100, regainMs: 0 },
      { scope: 'use-case', id: null, useCase: 'insights', percent: 10, regainMs: 0 },
    ])
  })

  it('takes the reset time of an account, in seconds, once the account is blocked', () => {
    const header = '{"acc_id_util_pct":100,"reset_time_duration":300}'
    expect(readUsage(new Headers({ 'x-ad-account-usage': header }))).toMatchObject([{ regainMs: 300_000 }])
  })

  it('ignores whatever is not usage', () => {
    fc.assert(
      fc.property(fc.oneof(fc.stringMatching(/^[ -~]*$/), fc.json()), (text) => {
        const headers = new Headers()
        for (const name of ['x-app-usage', 'x-ad-account-usage', BUC, 'x-fb-ads-insights-throttle']) {
          headers.set(name, text.replaceAll(/[^ -~]/g, '?'))
        }
        for (const { percent } of readUsage(headers)) expect(Number.isFinite(percent)).toBe(true)
      }),
    )
    expect(readUsage(new Headers())).toEqual([])
  })
})

describe('the throttle', () => {
  it('delays calls ever more from 75 % on, and not before', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 94.9, noNaN: true }),
        fc.double({ min: 0, max: 94.9, noNaN: true }),
        (a, b) => {
          const [low, high] = [Math.min(a, b), Math.max(a, b)].map((percent) => {
            const { throttle } = createTestThrottle()
            throttle.observe(readUsage(usage(percent)), ONE)
            return throttle.slowDownOf(ONE)?.waitMs ?? 0
          })
          expect(low).toBeLessThanOrEqual(high ?? 0)
          if (Math.max(a, b) <= 75) expect(high).toBe(0)
        },
      ),
    )
  })

  it('pauses an account, and no other, when its limit is nearly used up', () => {
    const { throttle, events, clock } = createTestThrottle()
    throttle.observe(readUsage(usage(96)), ONE)
    expect(throttle.pauseOf(ONE)).toMatchObject({ waitMs: MINUTE_MS, scope: 'account' })
    expect(throttle.pauseOf(TWO)).toBeNull()
    expect(throttle.pauseOf(null)).toBeNull()
    expect(events).toEqual([
      { type: 'usage', accountId: ONE, percent: 96, useCase: 'ads_insights' },
      {
        type: 'waiting',
        accountId: ONE,
        untilMs: clock.now() + MINUTE_MS,
        reason: '96 % of the ads_insights rate limit is used',
      },
    ])
  })

  it('waits as long as the headers say', () => {
    const { throttle } = createTestThrottle()
    throttle.observe(readUsage(usage(100, 19)), ONE)
    expect(throttle.pauseOf(ONE)?.waitMs).toBe(19 * MINUTE_MS)
  })

  it('takes the id of a business for the account of the call, and that of another account for that one', () => {
    const { throttle } = createTestThrottle()
    throttle.observe(readUsage(usage(100, 1, '555')), ONE)
    expect(throttle.pauseOf(ONE)).not.toBeNull()
    throttle.observe(readUsage(usage(100, 1, '1')), TWO)
    expect(throttle.pauseOf(TWO)).toBeNull()
  })

  it('tells when the limits of a call end, whatever the headers say of others', () => {
    const { throttle } = createTestThrottle()
    const other = { type: 'ads_management', call_count: 100, estimated_time_to_regain_access: 300 }
    const both = (id: string) => new Headers({ [BUC]: JSON.stringify({ [id]: [other] }) })
    expect(throttle.observe(readUsage(usage(100, 1, '2')), TWO)).toBe(MINUTE_MS)
    expect(throttle.observe(readUsage(both('1')), ONE)).toBeNull()
    expect(throttle.observe(readUsage(usage(100, 300, '2')), ONE)).toBeNull()
    expect(throttle.observe(readUsage(usage(100, 19, '555')), ONE)).toBe(19 * MINUTE_MS)
    expect(throttle.observe(readUsage(new Headers()), ONE)).toBeNull()
  })

  it('pauses everything for a limit of the app', () => {
    const { throttle } = createTestThrottle()
    throttle.block(refusal({ scope: 'app', code: 4 }))
    expect([ONE, TWO, null].map((id) => throttle.pauseOf(id)?.scope)).toEqual(['app', 'app', 'app'])
  })

  it('leaves the limit of the other use case alone, and shares that of the app', () => {
    const shared = createSharedLimits('1')
    const insights = createTestThrottle('ads_insights', shared).throttle
    const metadata = createTestThrottle('ads_management', shared).throttle
    for (const throttle of [insights, metadata]) throttle.observe(readUsage(usage(100, 19)), ONE)
    expect(insights.pauseOf(ONE)?.waitMs).toBe(19 * MINUTE_MS)
    expect(metadata.pauseOf(ONE)).toBeNull()
    insights.block(refusal({ scope: 'app', code: 4 }))
    expect(metadata.pauseOf(TWO)?.scope).toBe('app')
  })

  it('shares the limit of an account as such with the other use case, told by an error or by the headers', () => {
    const shared = createSharedLimits('1')
    const insights = createTestThrottle('ads_insights', shared).throttle
    const metadata = createTestThrottle('ads_management', shared).throttle
    insights.block(refusal({ scope: 'account', code: 17, regainMs: 7 * MINUTE_MS }))
    expect(metadata.pauseOf(ONE)).toMatchObject({ waitMs: 7 * MINUTE_MS, scope: 'account' })
    const header = '{"acc_id_util_pct":100,"reset_time_duration":300}'
    metadata.observe(readUsage(new Headers({ 'x-ad-account-usage': header })), TWO)
    expect(insights.pauseOf(TWO)).toMatchObject({ waitMs: 5 * MINUTE_MS, scope: 'account' })
    const third = parseAccountId('3')
    insights.block(refusal({ scope: 'use-case', code: 80000, accountId: third }))
    expect(insights.pauseOf(third)).toMatchObject({ scope: 'account' })
    expect(metadata.pauseOf(third)).toBeNull()
  })

  it('pauses 5, 10, then 20 minutes when nothing says how long, and starts anew after an answer', async () => {
    const { throttle, wait } = createTestThrottle()
    const waits: (number | undefined)[] = []
    for (let refused = 0; refused < 4; refused += 1) {
      throttle.block(refusal())
      waits.push((throttle.pauseOf(ONE)?.waitMs ?? 0) / MINUTE_MS)
      await wait(throttle.pauseOf(ONE)?.waitMs ?? 0)
    }
    throttle.succeeded(ONE)
    throttle.block(refusal())
    waits.push((throttle.pauseOf(ONE)?.waitMs ?? 0) / MINUTE_MS)
    expect(waits).toEqual([5, 10, 20, 20, 5])
  })

  it('makes one pause of the refusals of calls that were under way together', () => {
    const { throttle, events } = createTestThrottle()
    for (let call = 0; call < 8; call += 1) throttle.block(refusal())
    expect(throttle.pauseOf(ONE)?.waitMs).toBe(5 * MINUTE_MS)
    expect(events.map(({ type }) => type)).toEqual(['waiting'])
  })

  it('remembers the peak of each limit, hour by hour, and how long calls paused', async () => {
    const { clock, throttle, wait } = createTestThrottle()
    const hourMs = clock.now() - (clock.now() % (60 * MINUTE_MS))
    for (const percent of [40, 60, 50]) throttle.observe(readUsage(usage(percent)), ONE)
    throttle.observe(readUsage(new Headers({ 'x-app-usage': '{"call_count":7}' })), ONE)
    await wait(60 * MINUTE_MS)
    throttle.observe(readUsage(usage(97, 2)), ONE)
    // Makes the pause longer: it was two minutes, and is five.
    throttle.observe(readUsage(usage(98, 5)), ONE)
    const none = { pauses: 0, pausedMs: 0 }
    const insights = { accountId: ONE, useCase: 'ads_insights' }
    expect(throttle.usage).toEqual([
      { ...insights, hourMs, percent: 60, ...none },
      { accountId: null, useCase: 'app', hourMs, percent: 7, ...none },
      { ...insights, hourMs: hourMs + 60 * MINUTE_MS, percent: 98, pauses: 2, pausedMs: 5 * MINUTE_MS },
    ])
  })

  it('notes a pause under the limit that its reading names', () => {
    const { throttle } = createTestThrottle()
    const header = JSON.stringify({ app_id_util_pct: 97, acc_id_util_pct: 96 })
    throttle.observe(readUsage(new Headers({ 'x-fb-ads-insights-throttle': header })), ONE)
    expect(
      throttle.usage.map(({ accountId, useCase, percent, pauses }) => ({
        accountId,
        useCase,
        percent,
        pauses,
      })),
    ).toEqual([
      { accountId: null, useCase: 'insights', percent: 97, pauses: 1 },
      { accountId: ONE, useCase: 'insights', percent: 96, pauses: 1 },
    ])
  })

  it('forgets a reading that nothing confirms', async () => {
    const { throttle, wait } = createTestThrottle()
    throttle.observe(readUsage(usage(90)), ONE)
    expect(throttle.slowDownOf(ONE)).toMatchObject({ scope: 'account' })
    await wait(5 * MINUTE_MS)
    expect(throttle.slowDownOf(ONE)).toBeNull()
  })
})

describe('a call that meets a rate limit', () => {
  const call = (accountId = ONE) => ({ accountId, path: `act_${accountId}`, params: {} })
  const blocked = (minutes: number) => Object.fromEntries(usage(100, minutes))

  it('waits as the headers of the error say, and is answered', async () => {
    const { api, clock, events } = createTestApi((_, index) =>
      index === 0 ? failure(80000, 2446079, {}, blocked(19)) : json({ id: '1' }),
    )
    const startMs = clock.now()
    expect(await api.get(call(), unaborted())).toEqual({ id: '1' })
    expect(clock.now() - startMs).toBeGreaterThanOrEqual(19 * MINUTE_MS)
    expect(events.filter(({ type }) => type === 'waiting')).toHaveLength(1)
  })

  it('does not wait for the limit of another use case, nor for that of another account', async () => {
    const entry = (type: string, minutes: number) => ({
      type,
      call_count: 100,
      estimated_time_to_regain_access: minutes,
    })
    const header = {
      '1': [entry('ads_insights', 7), entry('ads_management', 50)],
      '2': [entry('ads_insights', 55)],
    }
    const { api, clock } = createTestApi(({ path }, index) =>
      path === 'act_1' && index === 1
        ? failure(80000, 2446079, {}, { [BUC]: JSON.stringify(header) })
        : json({ id: '1' }),
    )
    await api.get(call(TWO), unaborted())
    const startMs = clock.now()
    await api.get(call(ONE), unaborted())
    expect(clock.now() - startMs).toBeLessThan(8 * MINUTE_MS)
  })

  it('is not sent during the pause, while another account’s calls go on', async () => {
    const { api, requests, clock } = createTestApi(({ path }) =>
      path === 'act_1' ? json({}, blocked(30)) : json({}),
    )
    await api.get(call(ONE), unaborted())
    const pausedMs = clock.now()
    await api.get(call(TWO), unaborted())
    expect(clock.now()).toBe(pausedMs)
    await api.get(call(ONE), unaborted())
    expect(clock.now() - pausedMs).toBeGreaterThanOrEqual(30 * MINUTE_MS)
    expect(requests.map(({ path }) => path)).toEqual(['act_1', 'act_2', 'act_1'])
  })

  it.each([
    { before: 'waited for its turn', percent: 1, maxConcurrent: 1, refusedAfterMs: 100 },
    { before: 'been slowed down', percent: 94, maxConcurrent: 4, refusedAfterMs: 20 },
  ])(
    'is not sent during the pause either when it had $before',
    async ({ percent, maxConcurrent, refusedAfterMs }) => {
      const clock = createSkippingClock(0, () => 0)
      const sentMs: number[] = []
      const { api } = createTestApi(
        async () => {
          sentMs.push(clock.now())
          const isRefused = sentMs.length === 2
          await clock.sleep(isRefused ? refusedAfterMs : 1_000, unaborted())
          return isRefused
            ? failure(80000, 2446079, {}, blocked(19))
            : json({ id: '1' }, Object.fromEntries(usage(percent)))
        },
        { clock, maxConcurrent },
      )
      await api.get(call(), unaborted())
      const refused = api.get(call(), unaborted())
      await clock.sleep(50, unaborted())
      await Promise.all([refused, api.get(call(), unaborted()), api.get(call(), unaborted())])
      const [, refusedMs = 0, ...later] = sentMs
      expect(later).toHaveLength(3)
      for (const ms of later) expect(ms).toBeGreaterThanOrEqual(refusedMs + 19 * MINUTE_MS)
    },
  )

  it('gives up with the API’s error when it would have to wait longer than allowed', async () => {
    const { api, clock, requests } = createTestApi(() => failure(17, 2446079))
    const startMs = clock.now()
    await expect(api.get(call(), unaborted())).rejects.toMatchObject({ kind: 'throttled', code: 17 })
    expect(clock.now() - startMs).toBeLessThanOrEqual(61 * MINUTE_MS)
    // 5.5, 11 and 22 minutes with their jitter: another 22 would go beyond the hour.
    expect(requests).toHaveLength(4)
  })

  it('is refused without being sent when the pause of its account is longer than allowed', async () => {
    const { api, requests } = createTestApi(() => json({}, blocked(90)))
    await api.get(call(), unaborted())
    await expect(api.get(call(), unaborted())).rejects.toThrow(/Access comes back in about 90 minutes/)
    expect(requests).toHaveLength(1)
  })
})
