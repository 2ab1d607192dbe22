import pLimit, { type LimitFunction } from 'p-limit'
import type { ObjectId } from '../model/object-id.ts'

/** Runs `body` when one of an account's workers is free. Its worker is free again when it ends, or calls `free`. */
export type Workers = <T>(body: (free: () => void) => Promise<T>) => Promise<T>

interface Share {
  /** What waits for a worker, the first first. */
  readonly waiting: ((free: () => void) => Promise<void>)[]
  running: number
  /** True once the account has waited for its rate limit. */
  isSlow: boolean
}

/** So many times as many accounts as there are workers may be begun, however many of them are slow. */
const MOST_BEGUN = 8

/**
 * Shares workers among the accounts that are at work, at most as many accounts as there are workers: a worker that
 * is free goes to the account that has the fewest, and none is idle while anything waits. An account that has waited
 * for its rate limit gives its place and its workers to others for good, and goes on with one worker besides: its
 * limit is what holds it up, and it must not hold up others.
 *
 * What has asked the API for everything and has only to write it calls `free`, so that its worker asks for the next
 * meanwhile. As many as there are workers may be on their way so; others keep their workers until they end.
 */
export class WorkerShares {
  readonly #workers: number
  readonly #places: LimitFunction
  readonly #shares = new Map<ObjectId, Share>()
  /** Without a worker, but not at their end. */
  #finishing = 0

  constructor(workers: number) {
    this.#workers = workers
    this.#places = pLimit(workers)
  }

  /** When there is a place, runs `body` with the workers of its account. */
  share<T>(accountId: ObjectId, body: (workers: Workers) => Promise<T>): Promise<T> {
    return this.#places(async () => {
      const share: Share = { waiting: [], running: 0, isSlow: false }
      this.#shares.set(accountId, share)
      try {
        return await body((task) => this.#whenFree(share, task))
      } finally {
        this.#shares.delete(accountId)
        this.#give()
      }
    })
  }

  /** A call of the account waits for its rate limit. */
  waits(accountId: ObjectId): void {
    const share = this.#shares.get(accountId)
    if (share === undefined || share.isSlow) return
    share.isSlow = true
    this.#give()
  }

  #whenFree<T>(share: Share, task: (free: () => void) => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    share.waiting.push((free) => task(free).then(resolve, reject))
    this.#give()
    return promise
  }

  /** Gives every worker that is free to somebody who waits. */
  #give(): void {
    const shares = [...this.#shares.values()]
    const slow = shares.filter(({ isSlow }) => isSlow)
    const others = shares.filter(({ isSlow }) => !isSlow)
    this.#places.concurrency = Math.min(this.#workers + slow.length, this.#workers * MOST_BEGUN)
    for (const share of slow) if (share.running === 0) this.#start(share)
    let free = this.#workers - others.reduce((sum, { running }) => sum + running, 0)
    for (; free > 0; free -= 1) {
      const next = fewest(others.filter(({ waiting }) => waiting.length > 0))
      if (next === null) return
      this.#start(next)
    }
  }

  #start(share: Share): void {
    const task = share.waiting.shift()
    if (task === undefined) return
    share.running += 1
    let isFinishing = false
    const free = () => {
      if (isFinishing || this.#finishing === this.#workers) return
      isFinishing = true
      this.#finishing += 1
      share.running -= 1
      this.#give()
    }
    void task(free).then(() => {
      if (isFinishing) this.#finishing -= 1
      else share.running -= 1
      this.#give()
    })
  }
}

/** Of those with the fewest workers the first. */
function fewest(shares: readonly Share[]): Share | null {
  return shares.reduce<Share | null>(
    (best, share) => (best === null || share.running < best.running ? share : best),
    null,
  )
}
