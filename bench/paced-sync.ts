import { setTimeout as sleep } from 'node:timers/promises'
import { runPipeline } from '../src/cli/commands/sync.ts'
import { SETTINGS_SCHEMA } from '../src/cli/settings.ts'
import type { Clock } from '../src/model/clock.ts'
import { createSimulator } from '../src/simulator/app.ts'
import { RATE_LIMITS } from '../src/simulator/graph/rate-limits.ts'
import { createWorld } from '../src/simulator/world.ts'
import { SIMULATED_SOURCE } from '../test/support/simulated-source.ts'
import { startPostgres } from '../test/support/start-postgres.ts'
import { type BenchOptions, dropSchema, useSchema } from './with-place.ts'

/** A first sync at the development tier. Time is that of its clock, in ms. */
export interface PacedSync {
  readonly accounts: number
  readonly ads: number
  readonly days: number
  readonly latencyMs: number
  readonly wallMs: number
  readonly calls: number
  readonly coreRecords: number
}

/** So many times as fast as time does the clock of these syncs go: what they do between calls weighs as much more. */
const FAST = 10
const SCHEMA = 'bench_paced'

/** A sync that waits for rate limits most of the time, in this process and on a fast clock. */
export async function pacedSync(
  { accounts, ads, days, latencyMs }: Omit<PacedSync, 'wallMs' | 'calls' | 'coreRecords'>,
  options: BenchOptions,
): Promise<PacedSync> {
  const nowMs = Date.now()
  const clock = fastClock(nowMs)
  const world = createWorld({ seed: 1, nowMs, accounts, ads, days: days + 5 })
  const simulator = createSimulator({
    world,
    clock,
    latencyMs,
    rateLimits: RATE_LIMITS.development,
    keepLast: 1_000,
  })
  const server = options.database === null ? await startPostgres() : null
  const database = options.database ?? server?.url ?? ''
  const order = {
    sources: [SIMULATED_SOURCE] as const,
    settings: SETTINGS_SCHEMA.parse({}),
    asked: { days },
    maxWaitMs: 24 * 3_600_000,
  }
  const context = { clock, fetch: simulator.fetch, signal: new AbortController().signal, onEvent: () => {} }
  try {
    return await useSchema(database, SCHEMA, async (warehouse) => {
      const startedMs = clock.now()
      const { apiCalls } = await runPipeline(warehouse, order, context)
      const wallMs = clock.now() - startedMs
      const [counted] = await warehouse.use((session) =>
        session.query('SELECT count(*) AS records FROM fact_core_metrics'),
      )
      return {
        accounts,
        ads,
        days,
        latencyMs,
        wallMs,
        calls: apiCalls,
        coreRecords: Number(counted?.records),
      }
    })
  } finally {
    await dropSchema(database, SCHEMA)
    await server?.stop()
  }
}

function fastClock(startMs: number): Clock {
  const startedMs = performance.now()
  return {
    now: () => startMs + (performance.now() - startedMs) * FAST,
    sleep: async (ms, signal) => void (await sleep(ms / FAST, undefined, { signal })),
    random: Math.random,
  }
}
