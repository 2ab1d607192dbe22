import { RATE_LIMITS } from '../simulator/graph/rate-limits.ts'
import type { LimitName } from './account-limits.ts'
import { simulateDay } from './simulate-day.ts'
import type { DaySetup } from './simulated-account.ts'
import type { SimulatedDay } from './simulated-day.ts'

/** What a day's end depends on. */
export type Bound = 'latency' | 'worker' | 'database' | 'one-account' | LimitName

export interface Binding {
  readonly bound: Bound
  /** How much of the day each is busy, fractions of 1: of the workers' turns with waiting for answers, of their CPU, of the database's. */
  readonly busy: { readonly latency: number; readonly worker: number; readonly database: number }
}

/** A day that rate limits make longer by so much depends on them. */
const LONGER = 1.05
/** What is busy for less of the day is not what it depends on. */
const BUSY = 0.5

export function findBinding(setup: DaySetup, day: SimulatedDay): Binding {
  const { workers, concurrency, databaseCores } = setup
  const busy = {
    latency: day.waitingMs / (day.wallMs * workers * concurrency),
    worker: day.workerMs / (day.wallMs * workers),
    database: day.databaseMs / (day.wallMs * databaseCores),
  }
  const limit = bindingLimit(setup, day)
  if (limit !== null) return { bound: limit, busy }
  const [bound] = (['latency', 'worker', 'database'] as const).toSorted((a, b) => busy[b] - busy[a])
  return { bound: bound !== undefined && busy[bound] >= BUSY ? bound : 'one-account', busy }
}

/** The rate limit without which the day would be shorter; null when none is. */
function bindingLimit(setup: DaySetup, day: SimulatedDay): LimitName | null {
  const names = Object.keys(day.limits) as LimitName[]
  const [most] = names.toSorted((a, b) => day.limits[b].waitedMs - day.limits[a].waitedMs)
  if (most === undefined || day.limits[most].waitedMs === 0) return null
  const unlimited = simulateDay({ ...setup, limits: RATE_LIMITS.none })
  return day.wallMs > unlimited.wallMs * LONGER ? most : null
}
