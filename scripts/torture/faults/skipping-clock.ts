import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../../../src/model/clock.ts'

export interface SkippingClock extends Clock {
  /** Time goes by while nobody sleeps. */
  advance(ms: number): void
  /** Time stands still while `body` runs: what it waits for is something else, and nobody sleeps in it. */
  hold<T>(body: () => Promise<T>): Promise<T>
}

interface Sleeper {
  readonly wakeMs: number
  wake(): void
}

/** How often all that is ready may run before time is taken to stand still. */
const TURNS = 4

/** A clock on which sleeping takes no time: when nothing else can run, it is the time at which the next one wakes. */
export function createSkippingClock(startMs: number, random: () => number): SkippingClock {
  const sleepers = new Set<Sleeper>()
  let nowMs = startMs
  let isTicking = false
  const holding = new Set<Promise<unknown>>()

  async function tick(): Promise<void> {
    if (isTicking) return
    isTicking = true
    while (sleepers.size > 0) {
      for (let turn = 0; turn < TURNS; turn += 1) await setImmediate()
      if (holding.size > 0) {
        await Promise.race(holding)
        continue
      }
      // Of those who wake at the same time, the one who has slept longest.
      const [first, ...others] = sleepers
      if (first === undefined) continue
      const next = others.reduce((soonest, each) => (each.wakeMs < soonest.wakeMs ? each : soonest), first)
      sleepers.delete(next)
      nowMs = Math.max(nowMs, next.wakeMs)
      next.wake()
    }
    isTicking = false
  }

  return {
    now: () => nowMs,
    random,
    advance(ms) {
      nowMs += ms
    },
    async hold(body) {
      const running = body()
      const ended = running.catch(() => undefined)
      holding.add(ended)
      try {
        return await running
      } finally {
        holding.delete(ended)
      }
    },
    async sleep(ms, signal) {
      signal.throwIfAborted()
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const sleeper = { wakeMs: nowMs + ms, wake: resolve }
      const onAbort = () => {
        sleepers.delete(sleeper)
        reject(signal.reason)
      }
      sleepers.add(sleeper)
      signal.addEventListener('abort', onAbort)
      void tick()
      try {
        await promise
      } finally {
        signal.removeEventListener('abort', onAbort)
      }
    },
  }
}
