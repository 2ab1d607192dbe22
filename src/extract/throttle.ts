import type { ApiUsage } from '../model/api-usage.ts'
import type { Clock } from '../model/clock.ts'
import { REFUSAL } from '../model/limit-news.ts'
import { type ObjectId, toObjectId } from '../model/object-id.ts'
import type { ApiEvent } from './api-event.ts'
import type { GraphError, ThrottleScope } from './graph-error.ts'
import { type Limit, note, SAME_PAUSE_MS, SLOW_PERCENT, usedOf } from './limit.ts'
import { type SharedLimits, USE_CASES, type UseCase } from './shared-limits.ts'
import type { UsageReading } from './usage.ts'
import { createUsageLog } from './usage-log.ts'

/** Why the calls of an account have to wait. */
export interface Pause {
  readonly waitMs: number
  /** The account's alone, or everything. */
  readonly scope: 'account' | 'app'
  readonly reason: string
}

/** Knows the state of every rate limit; never waits itself. */
export interface Throttle {
  /**
   * Takes in the headers of an answer to a call for `accountId`. Returns after how many ms the limits of that
   * call allow the next one; null when no header says so.
   */
  observe(readings: readonly UsageReading[], accountId: ObjectId | null): number | null
  /** A call was refused for a rate limit: its account pauses, in our use case or in all, or the whole app does. */
  block(error: GraphError): void
  /** A call was answered: the next refusal starts with the shortest pause again. */
  succeeded(accountId: ObjectId | null): void
  /** The pause that a call for `accountId` has to wait for; null when it may go. */
  pauseOf(accountId: ObjectId | null): Pause | null
  /** What delays a call that may go, so that its limit is not reached; null when nothing does. */
  slowDownOf(accountId: ObjectId | null): Pause | null
  /** What was read of the limits, and waited for, since the beginning. */
  readonly usage: readonly ApiUsage[]
}

const MINUTE_MS = 60_000
/** A limit that is used so far pauses its calls. */
export const STOP_PERCENT = 95
/** The delay of each call just below `STOP_PERCENT`. */
const SLOWEST_MS = 10_000
/** For a limit that is nearly used up: it is counted over the last hour, so a minute gives some back. */
export const STOP_MS = MINUTE_MS

/** How long each call is delayed while so much of its limit is used, so that it is not reached. */
export function slowDownMs(percent: number): number {
  const share = (Math.min(percent, STOP_PERCENT) - SLOW_PERCENT) / (STOP_PERCENT - SLOW_PERCENT)
  return share <= 0 ? 0 : SLOWEST_MS * share ** 2
}

export interface ThrottleOptions {
  /** Which of an account's limits its calls use; readings of the other one are none of its business. */
  readonly useCase: UseCase
  readonly shared: SharedLimits
  /** The pause after a refusal that does not say when it ends; doubled with each in a row, twice at most. */
  readonly firstBlockMs: number
}

export function createThrottle(
  clock: Clock,
  { useCase, shared, firstBlockMs }: ThrottleOptions,
  onEvent: (event: ApiEvent) => void,
): Throttle {
  const log = createUsageLog()
  const known = new Set<ObjectId>()
  const isOurs = (reading: UsageReading) =>
    reading.useCase === useCase || !USE_CASES.some((other) => other === reading.useCase)

  /** The limit of the scope that a call for `accountId` uses. */
  function limitOf(scope: ThrottleScope, accountId: ObjectId | null): Limit {
    if (scope === 'app' || accountId === null) return shared.app
    known.add(accountId)
    return scope === 'account' ? shared.ofAccount(accountId) : shared.ofUseCase(useCase, accountId)
  }

  function pause(limit: Limit, untilMs: number, reason: string, useCase = limit.useCase): void {
    if (untilMs < Math.max(limit.untilMs, clock.now()) + SAME_PAUSE_MS && limit.untilMs > clock.now()) return
    limit.untilMs = untilMs
    limit.reason = reason
    announce(limit, useCase)
  }

  /** Tells people of a pause, or of what was added to it. */
  function announce(limit: Limit, useCase: string): void {
    const { accountId, untilMs, reason } = limit
    log.paused(accountId, useCase, untilMs - Math.max(limit.announcedMs, clock.now()), clock.now())
    limit.announcedMs = untilMs
    onEvent({ type: 'waiting', accountId, untilMs, reason })
  }

  function read(limit: Limit, { useCase, percent, regainMs }: UsageReading): void {
    const before = note(limit, useCase, percent, clock.now())
    log.read(limit.accountId, useCase, percent, clock.now())
    if (before === null || Math.floor(before) !== Math.floor(percent)) {
      onEvent({ type: 'usage', accountId: limit.accountId, percent, useCase })
    }
    if (percent >= STOP_PERCENT || regainMs > 0)
      pause(
        limit,
        clock.now() + Math.max(regainMs, STOP_MS),
        `${percent} % of the ${useCase} rate limit is used`,
        useCase,
      )
    shared.learned(limit, useCase, clock.now())
  }

  /** The limit that a reading tells of; null when no call of ours uses it. */
  function limitRead({ scope, id: owner }: UsageReading, accountId: ObjectId | null): Limit | null {
    if (scope === 'app') return shared.app
    const id = toObjectId(owner)
    if (id !== null && id !== accountId && known.has(id)) return limitOf(scope, id)
    // An id that is no account of ours is the business' that owns the account of this call.
    return accountId === null ? null : limitOf(scope, accountId)
  }

  const scopeOf = ({ accountId }: Limit) => (accountId === null ? 'app' : 'account')

  /** The limits that a call for `accountId` uses. */
  const limitsFor = (accountId: ObjectId | null) =>
    accountId === null
      ? [shared.app]
      : [shared.app, limitOf('account', accountId), limitOf('use-case', accountId)]

  return {
    observe(readings, accountId) {
      let longestMs = 0
      for (const reading of readings.filter(isOurs)) {
        const limit = limitRead(reading, accountId)
        if (limit === null) continue
        read(limit, reading)
        if (limitsFor(accountId).includes(limit)) longestMs = Math.max(longestMs, reading.regainMs)
      }
      return longestMs > 0 ? longestMs : null
    },

    block(error) {
      const limit = limitOf(error.scope ?? 'account', error.accountId)
      const refusals = limit.refusals.value + (clock.now() >= limit.refusedUntilMs ? 1 : 0)
      note(limit, REFUSAL, refusals, clock.now())
      const unknownMs = firstBlockMs * 2 ** Math.min(refusals - 1, 2)
      const untilMs = clock.now() + (error.regainMs ?? unknownMs * (1 + clock.random() / 5))
      limit.refusedUntilMs = Math.max(limit.refusedUntilMs, untilMs)
      pause(limit, untilMs, error.message)
      shared.learned(limit, REFUSAL, clock.now())
    },

    succeeded(accountId) {
      for (const limit of limitsFor(accountId)) {
        // During a pause only calls are answered that had gone before it, and they say nothing of what comes after.
        if (limit.refusals.value === 0 || clock.now() < limit.untilMs) continue
        note(limit, REFUSAL, 0, clock.now())
        shared.learned(limit, REFUSAL, clock.now())
      }
    },

    pauseOf(accountId) {
      const last = limitsFor(accountId).reduce((a, b) => (b.untilMs > a.untilMs ? b : a))
      const waitMs = last.untilMs - clock.now()
      if (waitMs <= 0) return null
      // What another process has told.
      if (last.untilMs >= last.announcedMs + SAME_PAUSE_MS) announce(last, last.useCase)
      return { waitMs, scope: scopeOf(last), reason: last.reason }
    },

    slowDownOf(accountId) {
      const delays = limitsFor(accountId).map((limit) => ({ limit, percent: usedOf(limit, clock.now()) }))
      const { limit, percent } = delays.reduce((a, b) => (b.percent > a.percent ? b : a))
      const waitMs = slowDownMs(percent)
      return waitMs === 0 ? null : { waitMs, scope: scopeOf(limit), reason: `${percent} % is used` }
    },

    get usage() {
      return log.hours
    },
  }
}
