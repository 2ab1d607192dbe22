import { addDays, dayIn } from '../../../src/model/calendar-date.ts'
import type { SimulatorOptions } from '../../../src/simulator/options.ts'
import { createGeneratedDelivery } from '../../../src/simulator/world/delivery-source.ts'
import { makeAccount } from '../../../src/simulator/world/make-account.ts'
import { createObjectIds } from '../../../src/simulator/world/object-ids.ts'
import { createRandom } from '../../../src/simulator/world/random.ts'
import { assembleWorld, type World } from '../../../src/simulator/world.ts'
import { withoutAging } from '../without-aging.ts'

const DAY_MS = 86_400_000
/** One account in so many is a giant. */
const GIANT_EVERY = 250
const SMALL = { ads: 2, campaigns: 1, days: 20 }
const GIANT = { ads: 240, campaigns: 12, days: 20 }
/** Days that a sync asks for; all accounts agree on them, at whatever hour it runs. */
const DAYS_AGO = { since: 11, until: 10 }

/**
 * One call in ten, by kinds that no other call has to wait for. A limit that blocks the whole app for half a minute
 * would leave nothing to measure; one account in a hundred calls is told to wait.
 */
export const FAULTS: NonNullable<SimulatorOptions['faults']> = [
  { name: 'transient', share: 0.02 },
  { name: 'reset', share: 0.02 },
  { name: 'html', share: 0.01 },
  { name: 'empty', share: 0.01 },
  { name: 'cut', share: 0.01 },
  { name: 'slow', share: 0.01 },
  { name: 'heavy', share: 0.01 },
  { name: 'cursor', share: 0.01 },
  { name: 'report', share: 0.01 },
]

/** Many small accounts and a few giants, and the days that are asked for. */
export interface FleetWorld {
  readonly world: World
  readonly days: readonly string[]
}

export function createFleetWorld(seed: number, accounts: number): FleetWorld {
  const nowMs = Math.floor(Date.now() / DAY_MS) * DAY_MS
  const random = createRandom(seed)
  const nextId = createObjectIds(random)
  const made = Array.from({ length: accounts }, (_, i) =>
    makeAccount(i, i % GIANT_EVERY === 0 ? GIANT : SMALL, nowMs, random, nextId),
  )
  const delivery = createGeneratedDelivery(Math.floor(nowMs / DAY_MS) - 365)
  const today = dayIn('UTC', nowMs)
  return {
    world: withoutAging(assembleWorld(made, delivery, nowMs), nowMs),
    days: ['--since', addDays(today, -DAYS_AGO.since), '--until', addDays(today, -DAYS_AGO.until)],
  }
}
