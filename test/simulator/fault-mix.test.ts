import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SimulatedCall } from '../../src/simulator/graph/call.ts'
import { createCallChances } from '../../src/simulator/graph/call-chance.ts'
import {
  type ExposedCall,
  FAULT_KINDS,
  type FaultKind,
  MISHAPS,
  type Mishap,
} from '../../src/simulator/graph/fault-kinds.ts'
import { createFaultMix, FAULT_NAMES, type FaultShare } from '../../src/simulator/graph/fault-mix.ts'
import { TRANSPORT_FAULTS } from '../../src/simulator/graph/faults.ts'
import { ERROR_NAMES } from '../../src/simulator/graph/named-errors.ts'
import { NOW, type Simulated, simulate } from './simulated.ts'

const PARAMS = { level: 'ad', fields: 'ad_id,spend', time_increment: '1', date_preset: 'last_7d' }
const EXPOSED: ExposedCall = {
  method: 'GET',
  edge: null,
  params: {},
  inBatch: false,
  concernsAccount: true,
  isOfRun: false,
}

function call(path: string, params: Record<string, string> = {}, method = 'GET'): SimulatedCall {
  const [id = null, edge = null] = path.split('/')
  const seen = { tokenIn: 'header', accessToken: 'T', inBatch: false, atMs: NOW } as const
  return { method, path: `/${path}`, version: 'v26.0', id, edge, params, ...seen }
}

/** What befalls each of the calls, in their order. */
function befall(calls: readonly SimulatedCall[], seed: number, shares: readonly FaultShare[]) {
  const chanceOf = createCallChances(seed)
  const mix = createFaultMix(shares)
  return calls.map((each) => mix.take({ ...EXPOSED, ...each }, chanceOf(each)))
}

/** What can be seen of a call from outside. */
async function outcomeOf({ clock, get }: Simulated, path: string, params: object): Promise<string> {
  const startedMs = clock.now()
  const seen = await get(path, { ...params }).then(
    ({ status, text }) => `${status} ${text.replace(/"fbtrace_id":"\w+"/, '')}`,
    (error: unknown) => String(error),
  )
  return `${seen} after ${clock.now() - startedMs} ms`
}

/** The outcomes of each call for itself, first to last. */
function byCall<T>(calls: readonly unknown[], outcomes: readonly T[]): Map<string, T[]> {
  const found = new Map<string, T[]>()
  for (const [index, each] of calls.entries()) {
    const key = JSON.stringify(each)
    const outcome = outcomes[index]
    if (outcome !== undefined) found.set(key, [...(found.get(key) ?? []), outcome])
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}

describe('what befalls calls by chance', () => {
  const paths = ['me', 'act_1', 'act_1/ads', 'act_1/insights', 'act_2/insights', '17/insights']
  const shares = fc.array(
    fc.record({ name: fc.constantFrom(...FAULT_NAMES), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
    { maxLength: 3 },
  )
  const calls = fc.array(
    fc.record({ path: fc.constantFrom(...paths), after: fc.constantFrom('', 'MQZDZD') }),
    { maxLength: 40 },
  )

  it('is the same for the same seed, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.nat(), shares, calls, fc.array(fc.nat()), (seed, mix, list, order) => {
        const made = list.map(({ path, after }) => call(path, after === '' ? {} : { after }))
        const otherwise = made
          .map((each, index) => ({ each, rank: order[index] ?? 0 }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ each }) => each)
        const inOrder = byCall(made, befall(made, seed, mix))
        expect(byCall(otherwise, befall(otherwise, seed, mix))).toEqual(inOrder)
      }),
    )
  })

  it('and how long they take, is the same in a simulator that is asked in another order', async () => {
    const kinds = FAULT_KINDS.filter((kind) => kind !== 'throttle')
    const faults = kinds.map((name) => ({ name, share: 0.1 }))
    const options = { faults, pages: 'ragged', latencyMs: { medianMs: 80, p99Ms: 900 } } as const
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.array(fc.nat(5), { maxLength: 30 }), async (seed, list) => {
        const ask = async (numbers: readonly number[]) => {
          const simulated = simulate({ ...options, seed, sizes: { ads: 4, days: 9 } })
          const id = `/act_${simulated.account.id}`
          const outcomes: string[] = []
          for (const number of numbers) {
            const path = `${id}/${number % 2 === 0 ? 'ads' : 'insights'}`
            outcomes.push(
              await outcomeOf(simulated, path, { ...PARAMS, fields: 'spend', limit: `${number + 1}` }),
            )
          }
          return byCall(numbers, outcomes)
        }
        expect(await ask(list.toReversed())).toEqual(await ask(list))
      }),
      { numRuns: 20 },
    )
  })

  it('does not hang on who asks', () => {
    const shares = [{ name: 'all', share: 0.5 }] as const
    const asked = Array.from({ length: 30 }, () => call('me'))
    const withToken = asked.map((each) => ({ ...each, params: { access_token: 'A', appsecret_proof: 'B' } }))
    expect(befall(withToken, 1, shares)).toEqual(befall(asked, 1, shares))
    expect(befall(asked, 2, shares)).not.toEqual(befall(asked, 1, shares))
  })

  it('happens as often as it says', () => {
    const asked = Array.from({ length: 4_000 }, (_, i) => call(`act_${i % 40}`))
    const found = befall(asked, 1, [
      { name: 'transient', share: 0.1 },
      { name: 'html', share: 0.02 },
    ])
    const share = (test: (mishap: Mishap) => boolean) =>
      found.filter((mishap) => mishap !== null && test(mishap)).length / asked.length
    const isHtml = (mishap: Mishap) => 'error' in mishap && mishap.error === 'html-502'
    expect(share((mishap) => !isHtml(mishap))).toBeCloseTo(0.1, 1)
    expect(share(isHtml)).toBeGreaterThan(0.01)
    expect(share(isHtml)).toBeLessThan(0.03)
  })

  it('is counted by its kind', async () => {
    const { account, clock, get, simulator } = simulate({
      faults: [
        { name: 'heavy', share: 1 },
        { name: 'all', share: 1 },
        { name: 'token-expired', share: 1 },
      ],
    })
    for (let i = 0; i < 30; i += 1) {
      await get('/me').catch(() => null)
      clock.advance(60_000)
    }
    await get(`/act_${account.id}/insights`)
    const kinds = [...simulator.befallen.keys()].toSorted()
    expect(kinds).toEqual(['cut', 'empty', 'heavy', 'html', 'reset', 'slow', 'throttle', 'transient'])
    expect([...simulator.befallen.values()].reduce((sum, calls) => sum + calls)).toBe(31)
  })

  it('can be any single error or broken answer, by its name', async () => {
    for (const name of [...ERROR_NAMES, ...TRANSPORT_FAULTS]) {
      const { get, simulator } = simulate({ faults: [{ name, share: 1 }] })
      await get('/me').catch(() => null)
      expect([...simulator.befallen]).toEqual([[name, 1]])
    }
  })
})

describe('a kind of fault', () => {
  const insights = { ...EXPOSED, edge: 'insights' }
  const exposed = {
    'an object': EXPOSED,
    'a list': { ...EXPOSED, edge: 'ads' },
    'a further page of a list': { ...EXPOSED, edge: 'ads', params: { after: 'A' } },
    'the token': { ...EXPOSED, concernsAccount: false },
    'an item of a batch': { ...EXPOSED, inBatch: true },
    insights,
    'the start of a report run': { ...insights, method: 'POST' },
    'a report run': { ...EXPOSED, isOfRun: true },
    'the result of a report run': { ...insights, isOfRun: true },
    'a further page of a result': { ...insights, isOfRun: true, params: { after: 'A' } },
  } satisfies Record<string, ExposedCall>
  const where = (kind: FaultKind) =>
    Object.entries(exposed).flatMap(([name, each]) => (MISHAPS[kind](each).length > 0 ? [name] : []))

  it('befalls only calls that the API answers so', () => {
    const everywhere = Object.keys(exposed)
    const unlessBatched = everywhere.filter((name) => name !== 'an item of a batch')
    expect(Object.fromEntries(FAULT_KINDS.map((kind) => [kind, where(kind)]))).toEqual({
      transient: everywhere,
      throttle: everywhere,
      html: unlessBatched,
      empty: unlessBatched,
      cut: unlessBatched,
      reset: everywhere,
      slow: everywhere,
      heavy: ['insights', 'the result of a report run', 'a further page of a result'],
      cursor: ['a further page of a list', 'a further page of a result'],
      report: ['the start of a report run', 'the result of a report run'],
    })
  })

  it('throttle answers by a limit that the call has', () => {
    const errors = (each: ExposedCall) =>
      MISHAPS.throttle(each).flatMap((mishap) => ('error' in mishap ? mishap.error : []))
    expect(errors(exposed.insights)).toEqual([
      'user-limit',
      'account-limit',
      'business-insights',
      'insights-limit',
    ])
    expect(errors(exposed['a list'])).toEqual([
      'user-limit',
      'account-limit',
      'business-management',
      'app-limit',
    ])
    expect(errors(exposed['the token'])).toEqual(['app-limit'])
  })

  it('throttle blocks for a short time, which the headers tell', async () => {
    const { account, clock, get, simulator } = simulate({ faults: [{ name: 'throttle', share: 0.4 }] })
    const path = `/act_${account.id}/insights`
    let answer = await get(path)
    while (answer.status === 200 || answer.body.error.code === 4) {
      clock.advance(60_000)
      answer = await get(path)
    }
    const [, usage] = JSON.parse(answer.headers.get('x-business-use-case-usage') ?? '')[account.id]
    expect(usage).toMatchObject({ type: 'ads_insights', call_count: 100, estimated_time_to_regain_access: 1 })
    clock.advance(1_000)
    const again = await get(path)
    expect(again.body.error.code).toBe(answer.body.error.code)
    expect([...simulator.callsDuringBlocks]).toEqual([[account.id, 1]])
  })

  it('report decides what becomes of a run, and makes its result wait', async () => {
    const { account, clock, get, post, simulator } = simulate({ faults: [{ name: 'report', share: 0.5 }] })
    const statuses = new Set<string>()
    for (let run = 0; run < 60; run += 1) {
      const { body } = await post(`/act_${account.id}/insights`, PARAMS)
      const first = await get(`/${body.report_run_id}`)
      clock.advance(8_000)
      const later = await get(`/${body.report_run_id}`)
      statuses.add(`${first.status} ${later.body.async_status ?? later.status}`)
      if (later.body.async_status === 'Job Completed') {
        const { body: result } = await get(`/${body.report_run_id}/insights`)
        statuses.add(`result ${result.error?.error_subcode ?? result.error?.code ?? 'there'}`)
      }
    }
    expect([...statuses].toSorted()).toEqual([
      '200 Job Completed',
      '200 Job Failed',
      '200 Job Running',
      '200 Job Skipped',
      '400 400',
      'result 100',
      'result 1815107',
      'result there',
    ])
    expect([...simulator.befallen.keys()]).toEqual(['report'])
  })
})
