import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createSkippingClock } from '../../scripts/torture/faults/skipping-clock.ts'
import { unaborted } from '../extract/support/test-api.ts'

it('wakes all who sleep in the order of their times, each at its own', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(fc.nat(50), { maxLength: 5 }), { maxLength: 6 }), async (naps) => {
      const clock = createSkippingClock(1_000, () => 0)
      const woken: number[] = []
      await Promise.all(
        naps.map(async (each) => {
          let dueMs = 1_000
          for (const ms of each) {
            await clock.sleep(ms, unaborted())
            dueMs += ms
            expect(clock.now()).toBe(dueMs)
            woken.push(clock.now())
          }
        }),
      )
      expect(woken).toEqual(woken.toSorted((a, b) => a - b))
    }),
    { numRuns: 30 },
  )
})

it('lets nobody sleep on who is aborted', async () => {
  const clock = createSkippingClock(0, () => 0)
  const stop = new AbortController()
  const sleeping = clock.sleep(60_000, stop.signal)
  stop.abort(new Error('enough'))
  await expect(sleeping).rejects.toThrow('enough')
  await clock.sleep(1, unaborted())
  expect(clock.now()).toBe(1)
})

it('stands still while something else is waited for', async () => {
  const clock = createSkippingClock(0, () => 0)
  const { promise, resolve } = Promise.withResolvers<void>()
  const held = clock.hold(() => promise)
  const sleeping = clock.sleep(60_000, unaborted())
  for (let turn = 0; turn < 100; turn += 1) await nextTurn()
  expect(clock.now()).toBe(0)
  resolve()
  await held
  await sleeping
  expect(clock.now()).toBe(60_000)
  await expect(clock.hold(() => Promise.reject(new Error('lost')))).rejects.toThrow('lost')
  await clock.sleep(1, unaborted())
  expect(clock.now()).toBe(60_001)
})
