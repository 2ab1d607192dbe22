import { Budget, type LimitName, type Wait, waitFor } from './account-limits.ts'
import type { RequestWork } from './account-work.ts'
import { COSTS } from './measured-costs.ts'
import type { Account, DaySetup } from './simulated-account.ts'

/** What came of a simulated day. */
export interface SimulatedDay {
  readonly wallMs: number
  /** As the rate limits count them. */
  readonly calls: number
  /** Calls for metadata that a limit kept waiting until they were left to the next sync. */
  readonly givenUp: number
  /** In which requests for insights wait for answers, but for those that go on beside the turns. */
  readonly waitingMs: number
  /** CPU time of all workers, and of the database. */
  readonly workerMs: number
  readonly databaseMs: number
  /** For each rate limit the most that was used of one account's, or one app's, and how long calls waited for it. */
  readonly limits: Readonly<Record<LimitName, LimitUse>>
}

export interface LimitUse {
  readonly peakPercent: number
  readonly waitedMs: number
}

/** Adds up a day while it is simulated. */
export class Totals {
  readonly #peaks = byLimit()
  readonly #waits = byLimit()
  #calls = 0
  #givenUp = 0
  #waitingMs = 0
  #workerMs = 0
  #databaseMs = 0
  #rows = 0

  /** `waitingMs`: of a turn that it takes up. */
  called(request: RequestWork, waitingMs: number): void {
    this.#calls += request.points
    this.#waitingMs += waitingMs
    this.#workerMs += request.workerMs
  }

  waited({ limit, waitMs }: Wait): void {
    this.#waits[limit] += waitMs
  }

  gaveUp(calls: number): void {
    this.#givenUp += calls
  }

  ended({ work, budgets }: Account): void {
    this.#rows += work.rows
    for (const { databaseMs } of [...work.facts, ...work.lists, ...work.unlisted])
      this.#databaseMs += databaseMs
    for (const budget of Object.values(budgets).flat()) this.#notePeak(budget)
  }

  /** The calls that list the accounts, which no account's limits count. Returns when the last has been answered. */
  listAccounts({ listCalls, apps, limits, latencyMs }: DaySetup): number {
    const budgets = limits.app === null ? [] : [new Budget('app', limits.app, 0)]
    let nowMs = COSTS.startMs
    for (let call = 0; call < Math.ceil(listCalls / apps); call += 1) {
      let wait = waitFor(budgets, 1, false, nowMs)
      while (wait !== null) {
        this.waited(wait)
        nowMs += wait.waitMs
        wait = waitFor(budgets, 1, !wait.isPause, nowMs)
      }
      for (const budget of budgets) budget.take(1, nowMs)
      nowMs += latencyMs + COSTS.callMs
    }
    for (const budget of budgets) this.#notePeak(budget)
    this.#calls += listCalls
    return nowMs
  }

  /** `endedMs`: when the last account was done; the checks come after it. */
  of(endedMs: number, { databaseCores }: DaySetup): SimulatedDay {
    const checksMs = (this.#rows * COSTS.checkedRowUs) / 1000
    return {
      wallMs: endedMs + COSTS.endMs + checksMs / databaseCores,
      calls: this.#calls,
      givenUp: this.#givenUp,
      waitingMs: this.#waitingMs,
      workerMs: this.#workerMs,
      databaseMs: this.#databaseMs + checksMs,
      limits: {
        score: this.#useOf('score'),
        ads_insights: this.#useOf('ads_insights'),
        ads_management: this.#useOf('ads_management'),
        app: this.#useOf('app'),
      },
    }
  }

  #notePeak({ name, peakPercent }: Budget): void {
    this.#peaks[name] = Math.max(this.#peaks[name], peakPercent)
  }

  #useOf(name: LimitName): LimitUse {
    return { peakPercent: this.#peaks[name], waitedMs: this.#waits[name] }
  }
}

function byLimit(): Record<LimitName, number> {
  return { score: 0, ads_insights: 0, ads_management: 0, app: 0 }
}
