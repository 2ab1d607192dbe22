import pLimit, { type LimitFunction } from 'p-limit'
import type { ObjectId } from '../model/object-id.ts'

/** Runs `body` when one of an account's workers is free. */
export type Workers = <T>(body: () => Promise<T>) => Promise<T>

interface Share {
  readonly limit: LimitFunction
  /** Calls of the account that wait for its rate limit. */
  waiting: number
}

/** So many times as many accounts as there are workers may be begun, however many of them wait. */
const MOST_BEGUN = 8

/**
 * Shares workers evenly among the accounts that are at work: at most as many accounts as there are workers, at
 * least one worker each. An account that waits for its rate limit gives its place and its share to others, and
 * keeps the workers that wait, besides those of the others.
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
      this.#shares.set(accountId, { limit, waiting: 0 })
      this.#divide()
      try {
        return await body(limit)
      } finally {
        this.#shares.delete(accountId)
        this.#divide()
      }
    })
  }

  /** So many more calls of the account wait for its rate limit; fewer when negative. */
  wait(accountId: ObjectId, calls: number): void {
    const share = this.#shares.get(accountId)
    if (share === undefined) return
    share.waiting += calls
    this.#divide()
  }

  #divide(): void {
    const shares = [...this.#shares.values()]
    const busy = shares.filter(({ waiting }) => waiting === 0).length
    const each = Math.max(1, Math.floor(this.#workers / Math.max(1, busy)))
    for (const { limit, waiting } of shares) limit.concurrency = waiting === 0 ? each : 1
    const waiting = shares.length - busy
    this.#places.concurrency = Math.min(this.#workers + waiting, this.#workers * MOST_BEGUN)
  }
}
