import { ACCOUNTS_LIMIT } from '../extract/ad-accounts.ts'
import type { ReportName } from '../model/report.ts'
import { RATE_LIMITS } from '../simulator/graph/rate-limits.ts'
import { type AccountWork, toAccountWork } from './account-work.ts'
import { type Binding, findBinding } from './binding.ts'
import { accountsOf, type Fleet } from './fleet.ts'
import { simulateDay } from './simulate-day.ts'
import type { DaySetup } from './simulated-account.ts'
import type { SimulatedDay } from './simulated-day.ts'
import { factsOfDay, type Storage, storageOf } from './storage.ts'

export const TIERS = ['development', 'standard'] as const
export type Tier = (typeof TIERS)[number]

/** By what the sync is done. */
export interface Means
  extends Pick<DaySetup, 'concurrency' | 'metaConcurrency' | 'databaseCores' | 'latencyMs'> {
  readonly tier: Tier
  readonly apps: number
  /** Null: the fewest that are done within `withinMs`. */
  readonly workers: number | null
  readonly withinMs: number
}

export interface CapacityPlan {
  /** Of the simulated day; the most that were tried when no number is done in time. */
  readonly workers: number
  /** Whether the day ends within the time that was given. */
  readonly isInTime: boolean
  readonly day: SimulatedDay
  readonly binding: Binding
  /** Facts that are read, and the JSON that brings them, in bytes, not compressed. */
  readonly rows: number
  readonly bytes: number
  readonly factsOfDay: ReadonlyMap<ReportName, number>
  readonly storage: Storage
}

/** Simulates one sync of the fleet: with the given workers, or with as few as are done in time. */
export function planCapacity(fleet: Fleet, means: Means): CapacityPlan {
  const groups = fleet.groups.map(({ accounts, ads }) => ({ accounts, work: toAccountWork(ads, fleet) }))
  const setup = {
    ...means,
    groups,
    listCalls: Math.ceil(accountsOf(fleet) / ACCOUNTS_LIMIT),
    limits: RATE_LIMITS[means.tier],
  }
  const { workers, day } =
    means.workers === null
      ? fewestWorkers(setup, means.withinMs)
      : { workers: means.workers, day: simulateDay({ ...setup, workers: means.workers }) }
  const total = (of: (work: AccountWork) => number) =>
    groups.reduce((sum, { accounts, work }) => sum + accounts * of(work), 0)
  return {
    workers,
    isInTime: day.wallMs <= means.withinMs,
    day,
    binding: findBinding({ ...setup, workers }, day),
    rows: total(({ rows }) => rows),
    bytes: total(({ bytes }) => bytes),
    factsOfDay: factsOfDay(fleet),
    storage: storageOf(fleet),
  }
}

/** More workers that leave more of the time than this do not help: something else holds the day up. */
const NO_GAIN = 0.99

/**
 * From the fewest that can do the work at all, doubles until the day is done in time or more do not help; then halves
 * the gap.
 */
function fewestWorkers(
  setup: Omit<DaySetup, 'workers'>,
  withinMs: number,
): { readonly workers: number; readonly day: SimulatedDay } {
  const tried = (workers: number) => ({ workers, day: simulateDay({ ...setup, workers }) })
  const work = factsWorkOf(setup)
  const byCpu = Math.ceil(work.workerMs / withinMs)
  const byTurns = Math.ceil(work.waitingMs / setup.concurrency / withinMs)
  let least = tried(Math.max(byCpu, byTurns))
  // Accounts that wait for a limit go on beside the turns.
  let tooFew = (hasWaited(least.day) ? byCpu : least.workers) - 1
  while (least.day.wallMs > withinMs) {
    const more = tried(least.workers * 2)
    if (more.day.wallMs > least.day.wallMs * NO_GAIN) return least
    tooFew = least.workers
    least = more
  }
  while (least.workers - tooFew > 1) {
    const between = tried(Math.ceil((tooFew + least.workers) / 2))
    if (between.day.wallMs <= withinMs) least = between
    else tooFew = between.workers
  }
  return least
}

/** Of all requests for insights: waiting for answers, and the CPU time of the workers. */
function factsWorkOf({ groups, latencyMs }: Omit<DaySetup, 'workers'>): {
  readonly waitingMs: number
  readonly workerMs: number
} {
  let waitingMs = 0
  let workerMs = 0
  for (const { accounts, work } of groups) {
    for (const request of work.facts) {
      waitingMs += accounts * request.calls * latencyMs
      workerMs += accounts * request.calls * request.workerMs
    }
  }
  return { waitingMs, workerMs }
}

function hasWaited({ limits }: SimulatedDay): boolean {
  return Object.values(limits).some(({ waitedMs }) => waitedMs > 0)
}
