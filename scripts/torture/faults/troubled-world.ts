import { addDays, type CalendarDate, dayIn } from '../../../src/model/calendar-date.ts'
import type { SimulatorOptions } from '../../../src/simulator/options.ts'
import { createRandom, hash } from '../../../src/simulator/world/random.ts'
import { createWorld } from '../../../src/simulator/world.ts'
import { withoutAging } from '../without-aging.ts'

/** What is synced, and how its API answers when nothing goes wrong. */
export interface TroubledWorld {
  readonly startMs: number
  readonly seed: number
  readonly api: Omit<SimulatorOptions, 'clock' | 'faults' | 'seed'>
  readonly chunkDays: number
  readonly asked: { readonly since: CalendarDate; readonly until: CalendarDate }
}

const START_MS = Date.parse('2026-11-05T20:00:00Z')

/** A small world that differs in all that matters to who reads it. */
export function createTroubledWorld(seed: number): TroubledWorld {
  const random = createRandom(seed)
  const days = random.int(2, 8)
  const world = createWorld({
    seed: random.int(0, 1_000_000),
    nowMs: START_MS,
    accounts: random.pick([1, 1, 2, 3]),
    ads: random.int(1, 12),
    days: days + 20,
    legacyAfterDays: random.pick([1, 3, 365]),
  })
  const cells = random.pick([null, null, 200, 2_000])
  const today = dayIn('America/Los_Angeles', START_MS)
  return {
    startMs: START_MS,
    seed: hash(seed),
    api: {
      world: withoutAging(world, START_MS),
      latencyMs: { medianMs: 150, p99Ms: 3_000 },
      bareIds: random.pick(['none', 'half', 'all']),
      pages: random.pick(['full', 'ragged']),
      ...(random.chance(0.5) && { batchNullEvery: 3 }),
      ...(cells !== null && {
        sizeLimit: {
          cells,
          of: 'range',
          error: random.pick(['too-much-data', 'reduce-data', 'sync-timeout']),
        },
      }),
    },
    chunkDays: random.pick([1, 2, 7]),
    asked: { since: addDays(today, 1 - days), until: today },
  }
}
