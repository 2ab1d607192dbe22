import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GRAPH_ERROR_KINDS, GraphError, type GraphErrorKind } from '../../src/extract/graph-error.ts'
import { createRetry } from '../../src/extract/retry.ts'
import { createSharedLimits } from '../../src/extract/shared-limits.ts'
import { createThrottle } from '../../src/extract/throttle.ts'
import { unaborted } from './support/test-api.ts'
import { createTestClock } from './support/test-clock.ts'

const SUBJECT = { what: 'GET x', accountId: null }
const LIMITS = {
  attempts: 5,
  baseMs: 1_000,
  capMs: 60_000,
  maxThrottleWaitMs: 3_600_000,
  firstBlockMs: 300_000,
}

function createTestRetry(random: () => number, limits = LIMITS) {
  const clock = createTestClock(random)
  const retrying = createRetry(
    createThrottle(
      clock,
      { useCase: 'ads_insights', shared: createSharedLimits('1'), firstBlockMs: 300_000 },
      () => {},
    ),
    clock,
    limits,
    { turn: (body) => body(), untilRoom: async () => {}, onEvent: () => {}, onWaiting: () => {} },
  )
  return { clock, retrying }
}

function fail(kind: GraphErrorKind): GraphError {
  return new GraphError({ ...SUBJECT, kind, text: 'failed' })
}

describe('retrying', () => {
  it('waits a random share of a doubling time, up to a cap', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 9, maxLength: 9 }),
        async (rolls) => {
          const left = [...rolls]
          const { clock, retrying } = createTestRetry(() => left.shift() ?? 0, { ...LIMITS, attempts: 10 })
          await expect(
            retrying(SUBJECT, () => Promise.reject(fail('transient')), unaborted()),
          ).rejects.toThrow('failed')
          expect(clock.sleeps).toEqual(rolls.map((roll, i) => roll * Math.min(60_000, 1_000 * 2 ** i)))
        },
      ),
    )
  })

  it.each(GRAPH_ERROR_KINDS.filter((kind) => kind !== 'transient' && kind !== 'throttled'))(
    'does not send again what failed as %s',
    async (kind) => {
      const { retrying } = createTestRetry(() => 0)
      let attempts = 0
      const attempt = () => {
        attempts += 1
        return Promise.reject(fail(kind))
      }
      await expect(retrying(SUBJECT, attempt, unaborted())).rejects.toMatchObject({ kind })
      expect(attempts).toBe(1)
    },
  )

  it('lets a bug through at once', async () => {
    const { retrying, clock } = createTestRetry(() => 0)
    const bug = () => Promise.reject(new TypeError('undefined is not a function'))
    await expect(retrying(SUBJECT, bug, unaborted())).rejects.toThrow(TypeError)
    expect(clock.sleeps).toEqual([])
  })

  it('makes no attempt after an abort', async () => {
    const { retrying } = createTestRetry(() => 0)
    const stop = new AbortController()
    let attempts = 0
    const attempt = () => {
      attempts += 1
      stop.abort(new Error('enough'))
      return Promise.reject(fail('transient'))
    }
    await expect(retrying(SUBJECT, attempt, stop.signal)).rejects.toThrow('enough')
    expect(attempts).toBe(1)
  })
})
