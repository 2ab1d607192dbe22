import type { UseCase } from '../extract/shared-limits.ts'
import { STOP_MS, STOP_PERCENT, slowDownMs } from '../extract/throttle.ts'
import type { CallBudget } from '../simulator/graph/meter.ts'
import type { RateLimits } from '../simulator/graph/rate-limits.ts'

/** An ad account's score and its use cases, and what an app may ask besides. */
export type LimitName = 'score' | UseCase | 'app'

/** One of Meta's budgets: the points that are taken run out of it evenly. */
export class Budget {
  readonly name: LimitName
  /** The most that was ever used of it. */
  peakPercent = 0
  readonly #points: number
  readonly #decayMs: number
  #level = 0
  #levelMs = 0

  constructor(name: LimitName, { points, pointsPerActiveAd = 0, decayMs }: CallBudget, activeAds: number) {
    this.name = name
    this.#points = points + pointsPerActiveAd * activeAds
    this.#decayMs = decayMs
  }

  percent(nowMs: number): number {
    return (100 * this.#levelAt(nowMs)) / this.#points
  }

  /** Whether so many points more are within it; more than all of it are taken for all of it. */
  bears(points: number, nowMs: number): boolean {
    return this.#levelAt(nowMs) + Math.min(points, this.#points) <= this.#points
  }

  take(points: number, nowMs: number): void {
    this.#level = this.#levelAt(nowMs) + Math.min(points, this.#points)
    this.#levelMs = nowMs
    this.peakPercent = Math.max(this.peakPercent, (100 * this.#level) / this.#points)
  }

  #levelAt(nowMs: number): number {
    return Math.max(0, this.#level - ((nowMs - this.#levelMs) / this.#decayMs) * this.#points)
  }
}

/** What a call has to wait for, and how long. */
export interface Wait {
  readonly waitMs: number
  readonly limit: LimitName
  /** True: nothing of the account goes until then. False: the call alone is delayed. */
  readonly isPause: boolean
}

/** After a pause the calls of many requests do not all go in the same moment: so late are they on average. */
const SPREAD_MS = 500

/** What the program's own pace lets a call wait for; null when it may go. `isDelayed`: it has been slowed down already. */
export function waitFor(
  budgets: readonly Budget[],
  points: number,
  isDelayed: boolean,
  nowMs: number,
): Wait | null {
  let fullest: Budget | null = null
  let percent = 0
  for (const budget of budgets) {
    const used = budget.bears(points, nowMs) ? budget.percent(nowMs) : 100
    if (fullest !== null && used <= percent) continue
    fullest = budget
    percent = used
  }
  if (fullest === null) return null
  if (percent >= STOP_PERCENT) return { waitMs: STOP_MS + SPREAD_MS, limit: fullest.name, isPause: true }
  const waitMs = isDelayed ? 0 : slowDownMs(percent)
  return waitMs === 0 ? null : { waitMs, limit: fullest.name, isPause: false }
}

/** The budgets that an account's calls of each use case take of. */
export function budgetsOf(limits: RateLimits, activeAds: number): Record<UseCase, readonly Budget[]> {
  const budget = (name: LimitName, of: CallBudget | null) =>
    of === null ? [] : [new Budget(name, of, activeAds)]
  const score = budget('score', limits.score)
  return {
    ads_insights: [...score, ...budget('ads_insights', limits.useCases.ads_insights)],
    ads_management: [...score, ...budget('ads_management', limits.useCases.ads_management)],
  }
}
