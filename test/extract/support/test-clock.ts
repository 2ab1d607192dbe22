import type { Clock } from '../../../src/model/clock.ts'

export interface TestClock extends Clock {
  /** Every sleep so far, in ms. */
  readonly sleeps: readonly number[]
  /** Time goes by. */
  advance(ms: number): void
}

/** A clock on which sleeping takes no time but moves it on. */
export function createTestClock(random: () => number = () => 0.5, startMs = 1_790_000_000_000): TestClock {
  const sleeps: number[] = []
  let nowMs = startMs
  return {
    sleeps,
    now: () => nowMs,
    random,
    advance(ms) {
      nowMs += ms
    },
    async sleep(ms, signal) {
      signal.throwIfAborted()
      sleeps.push(ms)
      nowMs += ms
    },
  }
}
