import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toAppKey } from '../../src/extract/app-key.ts'
import { GraphError, type GraphErrorFacts } from '../../src/extract/graph-error.ts'
import { usedOf } from '../../src/extract/limit.ts'
import { createSharedLimits, type SharedLimits, USE_CASES } from '../../src/extract/shared-limits.ts'
import { createThrottle } from '../../src/extract/throttle.ts'
import type { UsageReading } from '../../src/extract/usage.ts'
import { type LimitNews, REFUSAL } from '../../src/model/limit-news.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import { createRandom } from '../../src/simulator/world/random.ts'
import { createTestApi, json, TOKEN, unaborted } from './support/test-api.ts'
import { createTestClock, type TestClock } from './support/test-clock.ts'

const APP = '4711'
const ONE = parseAccountId('1')
const TWO = parseAccountId('2')
const SECOND_MS = 1_000
const MINUTE_MS = 60_000

const anyNews: fc.Arbitrary<LimitNews> = fc
  .record({
    accountId: fc.constantFrom(ONE, TWO, null),
    useCase: fc.constantFrom('ad_account', ...USE_CASES),
    isRefusal: fc.boolean(),
    percent: fc.integer({ min: 0, max: 110 }),
    refusals: fc.integer({ min: 0, max: 3 }),
    blockedMs: fc.constantFrom(0, 1, MINUTE_MS, 5 * MINUTE_MS),
    reason: fc.constantFrom('a', 'b'),
    ageMs: fc.constantFrom(0, 1, MINUTE_MS, 10 * MINUTE_MS),
  })
  .map(({ isRefusal, accountId, useCase, ...news }) => ({
    ...news,
    app: APP,
    accountId,
    useCase: accountId === null ? 'app' : useCase,
    toldBy: isRefusal ? REFUSAL : useCase,
  }))

function news(facts: Partial<LimitNews> = {}): LimitNews {
  const none = { percent: 0, refusals: 0, blockedMs: 0, reason: '', ageMs: 0 }
  return { app: APP, accountId: ONE, useCase: 'ads_insights', toldBy: 'ads_insights', ...none, ...facts }
}

/** The state of each limit that news may tell of. */
function stateOf(shared: SharedLimits): unknown {
  const useCases = USE_CASES.flatMap((useCase) => [ONE, TWO].map((id) => shared.ofUseCase(useCase, id)))
  return [shared.app, shared.ofAccount(ONE), shared.ofAccount(TWO), ...useCases].map(
    ({ usage, ...limit }) => ({ ...limit, usage: [...usage].sort(([a], [b]) => a.localeCompare(b)) }),
  )
}

function refusal(facts: Partial<GraphErrorFacts> = {}): GraphError {
  return new GraphError({ kind: 'throttled', what: 'GET x', accountId: ONE, text: 'limit reached', ...facts })
}

function reading(percent: number, facts: Partial<UsageReading> = {}): UsageReading {
  return { scope: 'use-case', id: null, useCase: 'ads_insights', percent, regainMs: 0, ...facts }
}

/** A process: its limits and a throttle, and the figures by which it was told something. */
function createProcess(clock: TestClock) {
  const shared = createSharedLimits(APP)
  const told: string[] = []
  const waiting: number[] = []
  const options = { useCase: 'ads_insights', shared, firstBlockMs: 5 * MINUTE_MS } as const
  const throttle = createThrottle(clock, options, (event) => {
    if (event.type === 'waiting') waiting.push(event.untilMs)
  })
  shared.onLearned((_, toldBy) => told.push(toldBy))
  return { shared, throttle, told, waiting }
}

/** Processes of which each takes in at once what another learns; `sent` is what was told. */
function createFleet(size: number) {
  const clock = createTestClock(() => 0)
  const processes = Array.from({ length: size }, () => createProcess(clock))
  const sent: LimitNews[] = []
  for (const { shared } of processes) {
    shared.onLearned((limit, toldBy) => {
      const one = shared.newsOf(limit, toldBy, clock.now())
      if (one === null) return
      sent.push(one)
      for (const each of processes) each.shared.take(one, clock.now())
    })
  }
  return { clock, processes, sent }
}

describe('news of a limit', () => {
  it('make the same of it in whatever order they come, and however often', () => {
    fc.assert(
      fc.property(
        fc
          .array(anyNews, { maxLength: 12 })
          .chain((all) =>
            fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }), fc.subarray(all)),
          ),
        ([all, shuffled, again]) => {
          const [one, other] = [createSharedLimits(APP), createSharedLimits(APP)]
          const nowMs = 1_790_000_000_000
          for (const each of all) one.take(each, nowMs)
          for (const each of [...shuffled, ...again]) other.take(each, nowMs)
          expect(stateOf(other)).toEqual(stateOf(one))
        },
      ),
    )
  })

  it('never make a block shorter', () => {
    fc.assert(
      fc.property(fc.array(anyNews), anyNews, (before, last) => {
        const shared = createSharedLimits(APP)
        const untils = () => [shared.app, shared.ofAccount(ONE), shared.ofUseCase('ads_insights', ONE)]
        const known = createTestClock()
        for (const each of before) shared.take(each, known.now())
        const ends = untils().map(({ untilMs }) => untilMs)
        known.advance(7 * SECOND_MS)
        shared.take(last, known.now())
        for (const [i, { untilMs }] of untils().entries())
          expect(untilMs).toBeGreaterThanOrEqual(ends[i] ?? 0)
      }),
    )
  })

  it('that are older than what is known say nothing', () => {
    const clock = createTestClock()
    const { shared, throttle } = createProcess(clock)
    throttle.observe([reading(90)], ONE)
    shared.take(news({ percent: 20, ageMs: 1 }), clock.now())
    shared.take(news({ percent: 99, ageMs: 6 * MINUTE_MS, toldBy: 'insights' }), clock.now())
    expect(throttle.slowDownOf(ONE)?.reason).toBe('90 % is used')
  })

  it('of another app, of another account, or of a limit that is not known, hold nothing back', () => {
    const clock = createTestClock()
    const { shared, throttle } = createProcess(clock)
    const block = { percent: 100, blockedMs: MINUTE_MS, reason: 'x' }
    shared.take(news({ ...block, app: '4712' }), clock.now())
    shared.take(news({ ...block, accountId: TWO }), clock.now())
    shared.take(news({ ...block, useCase: 'ads_management' }), clock.now())
    shared.take(news({ ...block, useCase: 'toString' }), clock.now())
    shared.take(news({ ...block, useCase: 'ad_account', accountId: null }), clock.now())
    expect(throttle.pauseOf(ONE)).toBeNull()
    shared.take(news({ ...block, useCase: 'ad_account' }), clock.now())
    expect(throttle.pauseOf(ONE)).toEqual({ waitMs: MINUTE_MS, scope: 'account', reason: 'x' })
  })

  it('have texts of a bounded length', () => {
    const { shared, throttle, told } = createProcess(createTestClock())
    throttle.observe([reading(96, { scope: 'app', useCase: 'é'.repeat(9_000) })], ONE)
    throttle.block(refusal({ scope: 'app', text: '\u0001'.repeat(9_000), regainMs: 1e300 }))
    for (const toldBy of told) {
      const sent = shared.newsOf(shared.app, toldBy, 1_790_000_000_000)
      expect(Buffer.byteLength(JSON.stringify(sent))).toBeLessThan(4_000)
    }
    expect(told).toHaveLength(2)
  })
})

describe('what a process tells of its limits', () => {
  it('keeps the others within three points of a figure that slows calls down', () => {
    const figures = fc.array(fc.tuple(fc.integer({ min: 0, max: 94 }), fc.integer({ min: 1, max: 400 })))
    fc.assert(
      fc.property(figures, (all) => {
        const { clock, processes } = createFleet(2)
        const [one, other] = processes
        for (const [percent, seconds] of all) {
          clock.advance(seconds * SECOND_MS)
          one?.throttle.observe([reading(percent)], ONE)
          const [own, theirs] = [one, other].map((each) =>
            each ? usedOf(each.shared.ofUseCase('ads_insights', ONE), clock.now()) : 0,
          )
          if (Math.max(own ?? 0, theirs ?? 0) > 75)
            expect(Math.abs((own ?? 0) - (theirs ?? 0))).toBeLessThan(3)
        }
      }),
    )
  })

  it('is nothing while there is room, and each thing once', () => {
    const { processes, sent } = createFleet(1)
    const throttle = processes[0]?.throttle
    for (const percent of [0, 30, 64.9, 10]) throttle?.observe([reading(percent)], ONE)
    expect(sent).toEqual([])
    for (const percent of [66, 66, 67, 68.9, 69, 69]) throttle?.observe([reading(percent)], ONE)
    expect(sent.map(({ percent }) => percent)).toEqual([66, 69])
    for (let call = 0; call < 8; call += 1) throttle?.block(refusal())
    expect(sent.slice(2)).toMatchObject([{ toldBy: REFUSAL, refusals: 1, blockedMs: 5 * MINUTE_MS }])
  })

  it('is some messages a second of a fleet that is busy, also when news take their time', () => {
    const size = 200
    const seconds = 240
    const stepMs = 10
    const clock = createTestClock(() => 0)
    const random = createRandom(7)
    const processes = Array.from({ length: size }, () => ({ ...createProcess(clock), tellAtMs: Infinity }))
    for (const process of processes)
      process.shared.onLearned(() => {
        process.tellAtMs = Math.min(process.tellAtMs, clock.now() + 500 * random.next())
      })
    let underWay: LimitNews[] = []
    let sent = 0
    for (let step = 0; step < (seconds * 1000) / stepMs; step += 1) {
      clock.advance(stepMs)
      for (const news of underWay) for (const { shared } of processes) shared.take(news, clock.now())
      underWay = []
      for (const process of processes.filter(({ tellAtMs }) => tellAtMs <= clock.now())) {
        process.tellAtMs = Infinity
        const news = process.shared.newsOf(process.shared.app, 'app', clock.now())
        if (news !== null) underWay.push(news)
      }
      sent += underWay.length
      // The app's limit fills within a minute, and empties within the next.
      const phase = (clock.now() / MINUTE_MS) % 2
      const percent = 94 * (phase < 1 ? phase : 2 - phase)
      for (let call = 0; call < 4; call += 1)
        random.pick(processes).throttle.observe([reading(percent, { scope: 'app', useCase: 'app' })], ONE)
    }
    expect(sent).toBeGreaterThan(20)
    expect(sent / seconds).toBeLessThan(2)
  })
})

describe('processes that share a limit', () => {
  it('all hold their calls back when one of them was refused, and say so when a call meets it', () => {
    const { clock, processes } = createFleet(3)
    const [first, ...others] = processes
    first?.throttle.block(refusal({ scope: 'app', code: 4, regainMs: 7 * MINUTE_MS }))
    clock.advance(MINUTE_MS)
    for (const { throttle, waiting } of others) {
      expect(waiting).toEqual([])
      for (const id of [ONE, TWO, null])
        expect(throttle.pauseOf(id)).toMatchObject({ waitMs: 6 * MINUTE_MS, scope: 'app' })
      expect(waiting).toEqual([clock.now() + 6 * MINUTE_MS])
      expect(throttle.usage).toMatchObject([{ accountId: null, pauses: 1, pausedMs: 6 * MINUTE_MS }])
    }
  })

  it('count their refusals together, and begin anew when one of them is answered', async () => {
    const { clock, processes } = createFleet(3)
    const waits: number[] = []
    for (const { throttle } of processes) {
      throttle.block(refusal())
      const waitMs = throttle.pauseOf(ONE)?.waitMs ?? 0
      waits.push(waitMs / MINUTE_MS)
      // Calls that were under way are answered, or refused, too.
      for (const other of processes) other.throttle.succeeded(ONE)
      for (const other of processes) other.throttle.block(refusal())
      await clock.sleep(waitMs, unaborted())
    }
    processes[1]?.throttle.succeeded(ONE)
    processes[2]?.throttle.block(refusal())
    waits.push((processes[0]?.throttle.pauseOf(ONE)?.waitMs ?? 0) / MINUTE_MS)
    expect(waits).toEqual([5, 10, 20, 5])
  })
})

it('no call goes before it is known what others have learned', async () => {
  const clock = createTestClock()
  const shared = createSharedLimits(APP)
  const known = Promise.withResolvers<void>()
  const { api, requests } = createTestApi(() => json({ id: '1' }), {
    clock,
    sharedLimits: shared,
    limitsKnown: known.promise,
  })
  const startMs = clock.now()
  const answer = api.get({ accountId: ONE, path: 'act_1', params: {} }, unaborted())
  // All that goes by itself has gone.
  await new Promise((resolve) => setImmediate(resolve))
  expect(requests).toEqual([])
  shared.take(news({ percent: 100, blockedMs: 7 * MINUTE_MS, reason: 'x' }), clock.now())
  known.resolve()
  await answer
  expect(clock.now() - startMs).toBeGreaterThanOrEqual(7 * MINUTE_MS)
  expect(requests).toHaveLength(1)
})

it('an app without an id is known by a hash of its token, which does not show it', () => {
  expect(toAppKey({ appId: '123', accessToken: TOKEN })).toBe('123')
  const key = toAppKey({ appId: null, accessToken: TOKEN })
  expect(key).toMatch(/^token-[0-9a-f]{16}$/)
  expect(toAppKey({ accessToken: TOKEN })).toBe(key)
  expect(toAppKey({ accessToken: `${TOKEN}x` })).not.toBe(key)
})
