import type { RateLimits } from '../simulator/graph/rate-limits.ts'
import { budgetsOf } from './account-limits.ts'
import type { AccountWork, RequestWork } from './account-work.ts'
import type { Turns } from './turns.ts'

export interface DaySetup {
  readonly groups: readonly { readonly accounts: number; readonly work: AccountWork }[]
  /** Calls that list the token's accounts. */
  readonly listCalls: number
  /** Among which the accounts are divided. */
  readonly apps: number
  readonly limits: RateLimits
  /** Processes, and the requests that each has under way. */
  readonly workers: number
  readonly concurrency: number
  /** Of a sync in one process: requests for metadata besides. Null: workers of a queue, for which all are alike. */
  readonly metaConcurrency: number | null
  readonly databaseCores: number
  /** Of each call, from its sending until its answer is there. */
  readonly latencyMs: number
}

/** An account that is at work. */
export interface Account {
  readonly work: AccountWork
  readonly budgets: ReturnType<typeof budgetsOf>
  /** The first request for insights that has not begun. */
  next: number
  /** For insights. */
  readonly running: Set<Flight>
  /** Requests that have not ended. */
  open: number
  /** Its lists are read, so that what they lack can be asked for. */
  isListed: boolean
  /** It has waited for a rate limit. */
  isSlow: boolean
  hasPlace: boolean
  pausedUntilMs: number
}

/** A request that is under way. */
export interface Flight {
  readonly account: Account
  readonly request: RequestWork
  readonly turns: Turns
  readonly isMetadata: boolean
  readonly process: number
  hasTurn: boolean
  answered: number
  /** How long it has waited while nothing of its account could go. */
  pausedMs: number
  /** Its next call has been slowed down already. */
  isDelayed: boolean
  /** Sends its next call, or lets it wait. */
  readonly go: () => void
}

export function createAccount(work: AccountWork, limits: RateLimits): Account {
  return {
    work,
    budgets: budgetsOf(limits, work.activeAds),
    next: 0,
    running: new Set(),
    open: work.facts.length + work.lists.length,
    isListed: false,
    isSlow: false,
    hasPlace: true,
    pausedUntilMs: 0,
  }
}

/** The accounts' work in the order of the list: as if accounts of every size were evenly spread over it. */
export function* inTurn(groups: DaySetup['groups']): Generator<AccountWork, undefined, undefined> {
  const total = groups.reduce((sum, { accounts }) => sum + accounts, 0)
  const given = groups.map(() => 0)
  for (let i = 0; i < total; i += 1) {
    let latest = -1
    let mostDue = 0
    groups.forEach(({ accounts }, group) => {
      const due = ((i + 0.5) * accounts) / total - (given[group] ?? 0)
      if ((given[group] ?? 0) < accounts && (latest < 0 || due > mostDue)) {
        latest = group
        mostDue = due
      }
    })
    const next = groups[latest]
    if (next === undefined) return undefined
    given[latest] = (given[latest] ?? 0) + 1
    yield next.work
  }
  return undefined
}
