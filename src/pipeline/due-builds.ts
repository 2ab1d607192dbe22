import { monthsOf } from '../load/fact-months.ts'
import { finishBuilds } from '../load/finish-builds.ts'
import type { Warehouse } from '../load/session.ts'
import type { InsightsRequest } from '../model/slice.ts'

/** How long what is loaded may stay out of sight while a sync goes on. */
const MAX_HIDDEN_MS = 5 * 60_000

/**
 * Finishes builds while a sync goes on: a month of a report when the sync has nothing more of it, and each when there
 * has been time enough for some to gather: the rows of a month that come before its first partition cost a fraction
 * of those that come after it.
 */
export class DueBuilds {
  readonly #warehouse: Warehouse
  readonly #nowMs: () => number
  /** How many accounts have not said what they will ask for. */
  #unplanned = Number.POSITIVE_INFINITY
  /** Of each month of a report how many requests have not ended. */
  readonly #left = new Map<string, number>()
  #finishedMs: number

  constructor(warehouse: Warehouse, nowMs: () => number) {
    this.#warehouse = warehouse
    this.#nowMs = nowMs
    this.#finishedMs = nowMs()
  }

  /** So many accounts will be planned, each by itself. */
  expect(accounts: number): void {
    this.#unplanned = accounts
  }

  /** What one account will ask for. */
  planned(requests: readonly InsightsRequest[]): void {
    this.#unplanned -= 1
    for (const request of requests) this.#count(request, 1)
  }

  /** A request has been loaded, or has failed for good. */
  async ended(request: InsightsRequest): Promise<void> {
    const complete = this.#count(request, -1)
    const elapsed = this.#nowMs() - this.#finishedMs
    // A clock may be set back meanwhile.
    if (elapsed < 0 || elapsed >= MAX_HIDDEN_MS) {
      this.#finishedMs = this.#nowMs()
      await finishBuilds(this.#warehouse)
    } else if (this.#unplanned === 0 && complete.size > 0) {
      await finishBuilds(this.#warehouse, ({ report, month }) => complete.has(keyOf(report, month.number)))
    }
  }

  /** The months of the request that then have no more requests. */
  #count({ report, since, until }: InsightsRequest, change: number): Set<string> {
    const complete = new Set<string>()
    for (const { number } of monthsOf(since, until)) {
      const key = keyOf(report, number)
      const left = (this.#left.get(key) ?? 0) + change
      this.#left.set(key, left)
      if (left === 0) complete.add(key)
    }
    return complete
  }
}

function keyOf(report: string, month: number): string {
  return `${report} ${month}`
}
