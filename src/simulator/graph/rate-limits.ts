import type { CallBudget } from './meter.ts'

/** Each has a budget of its own in every ad account; as the usage headers call them. */
export const USE_CASES = ['ads_insights', 'ads_management'] as const
export type UseCase = (typeof USE_CASES)[number]

/** What the API allows; null: any number of calls. */
export interface RateLimits {
  readonly tier: 'development_access' | 'standard_access'
  /** Of an ad account, whatever the use case: a read takes 1 point, a write 3. */
  readonly score: CallBudget | null
  /** Of an ad account: a call takes 1 point. */
  readonly useCases: Readonly<Record<UseCase, CallBudget | null>>
  /** Of the app, for what concerns no ad account: the others are counted by the use case. */
  readonly app: CallBudget | null
}

const MINUTE_MS = 60_000
const HOURLY = { decayMs: 60 * MINUTE_MS, blockMs: 5 * MINUTE_MS } as const
/** For each of the app's users; one is all that a reporting app has. */
const APP: CallBudget = { points: 200, ...HOURLY }

/**
 * Meta's own limits by access tier, and none.
 * https://developers.facebook.com/docs/marketing-api/overview/rate-limiting
 */
export const RATE_LIMITS = {
  development: {
    tier: 'development_access',
    score: { points: 60, decayMs: 5 * MINUTE_MS, blockMs: 5 * MINUTE_MS },
    useCases: {
      ads_insights: { points: 600, pointsPerActiveAd: 400, ...HOURLY },
      ads_management: { points: 300, pointsPerActiveAd: 40, ...HOURLY },
    },
    app: APP,
  },
  standard: {
    tier: 'standard_access',
    score: { points: 9_000, decayMs: 5 * MINUTE_MS, blockMs: MINUTE_MS },
    useCases: {
      ads_insights: { points: 190_000, pointsPerActiveAd: 400, ...HOURLY },
      ads_management: { points: 100_000, pointsPerActiveAd: 40, ...HOURLY },
    },
    app: APP,
  },
  none: {
    tier: 'standard_access',
    score: null,
    useCases: { ads_insights: null, ads_management: null },
    app: null,
  },
} as const satisfies Record<string, RateLimits>

/** So many calls an hour in each use case of each ad account, and nothing else. */
export function callsPerHour(calls: number): RateLimits {
  const budget = { points: calls, ...HOURLY }
  return { ...RATE_LIMITS.none, useCases: { ads_insights: budget, ads_management: budget } }
}
