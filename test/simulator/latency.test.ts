import { describe, expect, it } from 'vitest'
import type { Latency } from '../../src/simulator/graph/latency.ts'
import { simulate } from './simulated.ts'

/** How long many different calls take, from the fastest. */
async function times(latencyMs: Latency, calls = 4_000): Promise<number[]> {
  const { clock, get } = simulate({ latencyMs, seed: 7 })
  const found: number[] = []
  for (let call = 0; call < calls; call += 1) {
    const startedMs = clock.now()
    await get('/me', { call })
    found.push(clock.now() - startedMs)
  }
  return found.toSorted((a, b) => a - b)
}

describe('the latency of answers', () => {
  it('is the same for each', async () => {
    expect(new Set(await times(80, 20))).toEqual(new Set([80]))
  })

  it('is anything between two bounds', async () => {
    const found = await times({ leastMs: 80, mostMs: 400 })
    expect([found[0], found.at(-1)]).toEqual([80, 400])
    expect(found[2_000]).toBeGreaterThan(220)
    expect(found[2_000]).toBeLessThan(260)
  })

  it('has the median and the 99th percentile that it is given, and a tail beyond', async () => {
    const found = await times({ medianMs: 80, p99Ms: 900 })
    expect(found[2_000]).toBeGreaterThan(72)
    expect(found[2_000]).toBeLessThan(88)
    expect(found[3_960]).toBeGreaterThan(700)
    expect(found[3_960]).toBeLessThan(1_200)
    expect(found.at(-1)).toBeGreaterThan(900)
  })

  it('is that of a batch, once for all of its calls', async () => {
    const { clock, post } = simulate({ latencyMs: 80 })
    const startedMs = clock.now()
    await post('/', { batch: [1, 2, 3].map(() => ({ method: 'GET', relative_url: 'v26.0/me' })) })
    expect(clock.now() - startedMs).toBe(80)
  })
})
