import type { LimitNews } from '../model/limit-news.ts'
import type { ObjectId } from '../model/object-id.ts'
import { createLimit, isUntold, type Limit, takeNews, toNews } from './limit.ts'

/** Ad accounts have one limit for each of these; the names are those of the usage headers. */
export const USE_CASES = ['ads_insights', 'ads_management'] as const
export type UseCase = (typeof USE_CASES)[number]

/** Is called when something was learned that others ought to know, and by what: `newsOf` says it as of a moment. */
export type OnLearned = (limit: Limit, toldBy: string) => void

/** The rate limits of one app, for every throttle that uses it, and for other processes to learn of. */
export interface SharedLimits {
  /** Whose limits they are, see `toAppKey`. */
  readonly appKey: string
  readonly app: Limit
  /** Whatever the use case. */
  ofAccount(accountId: ObjectId): Limit
  ofUseCase(useCase: UseCase, accountId: ObjectId): Limit
  /** A throttle has learned something, which others may know already. */
  learned(limit: Limit, toldBy: string, nowMs: number): void
  /** From now on `listener` is told; what is returned ends it. */
  onLearned(listener: OnLearned): () => void
  /** Null when the others have come to know it meanwhile. */
  newsOf(limit: Limit, toldBy: string, nowMs: number): LimitNews | null
  /** Takes in what all processes know by now, told by another or by this one; news of another app, or of a limit that nobody knows, is ignored. */
  take(news: LimitNews, nowMs: number): void
}

export function createSharedLimits(appKey: string): SharedLimits {
  const app = createLimit(null, 'app')
  const ofAccount = createLimits('ad_account')
  const useCases = {
    ads_insights: createLimits('ads_insights'),
    ads_management: createLimits('ads_management'),
  } as const satisfies Record<UseCase, unknown>
  const listeners = new Set<OnLearned>()

  function find({ accountId, useCase }: LimitNews): Limit | null {
    if (accountId === null) return useCase === 'app' ? app : null
    if (useCase === 'ad_account') return ofAccount(accountId)
    return isUseCase(useCase) ? useCases[useCase](accountId) : null
  }

  return {
    appKey,
    app,
    ofAccount,
    ofUseCase: (useCase, accountId) => useCases[useCase](accountId),
    learned(limit, toldBy, nowMs) {
      if (listeners.size === 0 || !isUntold(limit, toldBy, nowMs)) return
      for (const listener of listeners) listener(limit, toldBy)
    },
    onLearned(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    newsOf: (limit, toldBy, nowMs) =>
      isUntold(limit, toldBy, nowMs) ? toNews(limit, toldBy, appKey, nowMs) : null,
    take(news, nowMs) {
      const limit = news.app === appKey ? find(news) : null
      if (limit !== null) takeNews(limit, news, nowMs)
    },
  }
}

function isUseCase(name: string): name is UseCase {
  return USE_CASES.some((useCase) => useCase === name)
}

function createLimits(useCase: string): (accountId: ObjectId) => Limit {
  const limits = new Map<ObjectId, Limit>()
  return (accountId) => {
    const limit = limits.get(accountId) ?? createLimit(accountId, useCase)
    limits.set(accountId, limit)
    return limit
  }
}
