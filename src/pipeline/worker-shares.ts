import pLimit, { type LimitFunction } from 'p-limit'
import type { ObjectId } from '../model/object-id.ts'

/** Runs `body` when one of an account's workers is free. */
export type Workers = <T>(body: () => Promise<T>) => Promise<T>

interface Share {
  readonly limit: LimitFunction
  /** True once the account has waited for its rate limit. */
  isSlow: boolean
}

/** So many times as many accounts as there are workers may be begun, however many of them are slow. */
const MOST_BEGUN = 8

/**
 * Shares workers evenly among the accounts that are at work: at most as many accounts as there are workers, at
 * least one worker each. An account that has waited for its rate limit gives its place and its share to others for
 * good, and goes on with one worker besides: its limit is what holds it up, and it must not hold up others.
 */
export class WorkerShares {
  readonly #workers: number
  readonly #places: LimitFunction
  readonly #shares = new Map<ObjectId, Share>()

  constructor(workers: number) {
    this.#workers = workers
    this.#places = pLimit(workers)
  }

  /** When there is a place, gives `body` its share of the workers, which grows as others end or wait. */
  share<T>(accountId: ObjectId, body: (workers: Workers) => Promise<T>): Promise<T> {
    return this.#places(async () => {
      const limit = pLimit(1)
      this.#shares.set(accountId, { limit, isSlow: false })
      this.#divide()
      try {
        return await body(limit)
      } finally {
        this.#shares.delete(accountId)
        this.#divide()
      }
    })
  }

  /** A call of the account waits for its rate limit. */
  waits(accountId: ObjectId): void {
    const share = this.#shares.get(accountId)
    if (share === undefined || share.isSlow) return
    share.isSlow = true
    this.#divide()
  }

  #divide(): void {
    const shares = [...this.#shares.values()]
    const slow = shares.filter(({ isSlow }) => isSlow).length
    const each = Math.max(1, Math.floor(this.#workers / Math.max(1, shares.length - slow)))
    for (const { limit, isSlow } of shares) limit.concurrency = isSlow ? 1 : each
    this.#places.concurrency = Math.min(this.#workers + slow, this.#workers * MOST_BEGUN)
  }
}
