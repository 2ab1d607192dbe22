import pLimit, { type LimitFunction } from 'p-limit'

/** Runs `body` when one of an account's workers is free. */
export type Workers = <T>(body: () => Promise<T>) => Promise<T>

/**
 * Shares workers evenly among the accounts that are at work, at least one each. Whoever waits for a rate limit
 * keeps its worker: were there no shares, one throttled account could keep them all.
 */
export class WorkerShares {
  readonly #workers: number
  readonly #shares = new Set<LimitFunction>()

  constructor(workers: number) {
    this.#workers = workers
  }

  /** Gives `body` its share, which grows as others end. */
  async share<T>(body: (workers: Workers) => Promise<T>): Promise<T> {
    const limit = pLimit(1)
    this.#shares.add(limit)
    this.#divide()
    try {
      return await body(limit)
    } finally {
      this.#shares.delete(limit)
      this.#divide()
    }
  }

  #divide(): void {
    const each = Math.max(1, Math.floor(this.#workers / this.#shares.size))
    for (const limit of this.#shares) limit.concurrency = each
  }
}
