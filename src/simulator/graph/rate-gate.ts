import { GraphFailure } from './graph-failure.ts'
import { type CallBudget, createMeter, type Meter } from './meter.ts'
import type { NamedError } from './named-errors.ts'
import { type RateLimits, USE_CASES, type UseCase } from './rate-limits.ts'
import type { UsageLevels } from './usage.ts'

/** The limits that a call may meet: its account's score, that of its use case there, and the app's. */
export type LimitName = 'score' | 'use-case' | 'app'

/** Whose budgets a call uses. */
export interface CallUse {
  /** Without `act_`; null when it concerns no ad account. */
  readonly accountId: string | null
  readonly useCase: UseCase
  /** Of the score: 1 for a read, 3 for a write, none for a batch, whose calls are counted singly. */
  readonly points: 0 | 1 | 3
  readonly startedMs: number
}

/** The rate limits of an API. */
export interface RateGate {
  /** Takes the call's points. Throws GraphFailure when a limit of it is used up, or blocked. */
  admit(use: CallUse, nowMs: number): void
  /** Blocks one of the call's limits, which is answered with `error` meanwhile. */
  block(limit: LimitName, use: CallUse, forMs: number, error: NamedError, nowMs: number): void
  /** The call has been answered, and the answer tells of its limits: who begins another after `knownMs` knows them. */
  tell(use: CallUse, knownMs: number): void
  /** The given levels, or those of the call's limits where they are higher. */
  levelsOf(use: CallUse, levels: UsageLevels, nowMs: number): UsageLevels
  /**
   * Calls that began after a block had been told and before its end: by ad account, without `act_`; `app` when it was
   * the app's.
   */
  readonly callsDuringBlocks: ReadonlyMap<string, number>
}

interface AccountMeters {
  readonly score: Meter
  readonly useCases: Readonly<Record<UseCase, Meter>>
}

const USE_CASE_ERRORS = {
  ads_insights: { 'use-case': 'business-insights', app: 'insights-limit' },
  ads_management: { 'use-case': 'business-management', app: 'app-limit' },
} as const satisfies Record<UseCase, Record<'use-case' | 'app', NamedError>>

/** `activeAds` of an account count when it is first called. */
export function createRateGate(limits: RateLimits, activeAds: (accountId: string) => number): RateGate {
  const app = createMeter(limits.app)
  const accounts = new Map<string, AccountMeters>()
  const callsDuringBlocks = new Map<string, number>()

  function metersOf(accountId: string): AccountMeters {
    const known = accounts.get(accountId)
    if (known) return known
    const ads = activeAds(accountId)
    const meter = (budget: CallBudget | null) => createMeter(budget && forAds(budget, ads))
    const { ads_insights, ads_management } = limits.useCases
    const meters = {
      score: meter(limits.score),
      useCases: { ads_insights: meter(ads_insights), ads_management: meter(ads_management) },
    }
    accounts.set(accountId, meters)
    return meters
  }

  /** Each limit with the error that it answers when it is used up. */
  function limitsOf({ accountId, useCase }: CallUse): Record<LimitName, [Meter, NamedError] | null> {
    const errors = USE_CASE_ERRORS[useCase]
    const meters = accountId === null ? null : metersOf(accountId)
    return {
      score: meters && [meters.score, 'user-limit'],
      'use-case': meters && [meters.useCases[useCase], errors['use-case']],
      app: [app, errors.app],
    }
  }

  return {
    admit(use, nowMs) {
      const { score, 'use-case': useCase, app: ofApp } = limitsOf(use)
      for (const limit of [score, useCase, ofApp]) {
        const refusal = limit?.[0].refusal(use.startedMs, nowMs)
        if (!refusal) continue
        const key = limit === ofApp ? 'app' : (use.accountId ?? 'app')
        if (refusal.duringBlock) callsDuringBlocks.set(key, (callsDuringBlocks.get(key) ?? 0) + 1)
        throw new GraphFailure(refusal.error)
      }
      const calls = Math.min(1, use.points)
      for (const limit of use.accountId === null ? [ofApp] : [score, useCase]) {
        const usedUp = limit?.[0].take(limit === score ? use.points : calls, limit[1], nowMs)
        if (usedUp) throw new GraphFailure(usedUp)
      }
    },
    block(limit, use, forMs, error, nowMs) {
      limitsOf(use)[limit]?.[0].block(forMs, error, nowMs)
    },
    tell(use, knownMs) {
      for (const limit of Object.values(limitsOf(use))) limit?.[0].tell(knownMs)
    },
    levelsOf({ accountId }, levels, nowMs) {
      const appPercent = app.percent(nowMs)
      const ofApp = {
        ...levels,
        appPercent: Math.max(levels.appPercent, appPercent),
        insightsAppPercent: Math.max(levels.insightsAppPercent, appPercent),
      }
      if (accountId === null) return ofApp
      const { score, useCases } = metersOf(accountId)
      const blockedMs = score.regainMs(nowMs)
      // An account whose score is used up has no use case that is open.
      const percentOf = (useCase: UseCase) => (blockedMs > 0 ? 100 : useCases[useCase].percent(nowMs))
      const minutesOf = (useCase: UseCase) =>
        Math.ceil(Math.max(blockedMs, useCases[useCase].regainMs(nowMs)) / 60_000)
      const { businessPercents, regainMinutes } = levels
      return {
        ...ofApp,
        accountPercent: Math.max(levels.accountPercent, score.percent(nowMs)),
        resetSeconds: Math.max(levels.resetSeconds, Math.ceil(blockedMs / 1000)),
        businessPercents: raised(businessPercents, percentOf),
        regainMinutes: raised(regainMinutes, minutesOf),
        insightsAccountPercent: Math.max(levels.insightsAccountPercent, percentOf('ads_insights')),
      }
    },
    callsDuringBlocks,
  }
}

function forAds({ points, pointsPerActiveAd = 0, ...rest }: CallBudget, ads: number): CallBudget {
  return { points: points + pointsPerActiveAd * ads, ...rest }
}

function raised(
  levels: Readonly<Record<string, number>>,
  of: (useCase: UseCase) => number,
): Record<string, number> {
  const ours = USE_CASES.map((useCase) => [useCase, Math.max(levels[useCase] ?? 0, of(useCase))])
  return { ...levels, ...Object.fromEntries(ours) }
}
