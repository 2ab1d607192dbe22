import { GraphFailure } from './graph-failure.ts'
import type { NamedError } from './named-errors.ts'

/** How many calls an ad account takes before it is blocked. */
export interface CallLimitOptions {
  readonly calls: number
  /** The time over which they are counted. */
  readonly windowMs: number
  readonly blockMs: number
  readonly error: NamedError
}

export interface CallLimit {
  /** Counts a call. Throws GraphFailure when the account is blocked; a call made meanwhile prolongs that. */
  count(accountId: string, nowMs: number): void
  /** Percent of the limit; 100 while blocked. */
  percent(accountId: string, nowMs: number): number
  /** Minutes until a blocked account takes calls again, rounded up. */
  regainMinutes(accountId: string, nowMs: number): number
}

export function createCallLimit(options: CallLimitOptions): CallLimit {
  const accounts = new Map<string, { times: number[]; blockedUntilMs: number }>()
  const stateOf = (accountId: string, nowMs: number) => {
    const state = accounts.get(accountId) ?? { times: [], blockedUntilMs: 0 }
    state.times = state.times.filter((time) => time > nowMs - options.windowMs)
    accounts.set(accountId, state)
    return state
  }
  return {
    count: (accountId, nowMs) => {
      const state = stateOf(accountId, nowMs)
      if (nowMs >= state.blockedUntilMs && state.times.length < options.calls) {
        state.times.push(nowMs)
        return
      }
      state.blockedUntilMs = nowMs + options.blockMs
      throw new GraphFailure(options.error)
    },
    percent: (accountId, nowMs) => {
      const state = stateOf(accountId, nowMs)
      return nowMs < state.blockedUntilMs
        ? 100
        : Math.min(99, Math.floor((100 * state.times.length) / options.calls))
    },
    regainMinutes: (accountId, nowMs) =>
      Math.ceil(Math.max(0, stateOf(accountId, nowMs).blockedUntilMs - nowMs) / 60_000),
  }
}
