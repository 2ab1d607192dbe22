import { median, seconds } from './measure.ts'
import { runSync, type SyncRun } from './run-sync.ts'
import { type BenchOptions, dropSchema, withPlace } from './with-place.ts'

/** Medians, times in ms. */
export interface SlowApiSync {
  readonly rows: number
  readonly wallMs: number
  /** As Meta counts them, each read of a batch by itself, and as requests. */
  readonly calls: number
  readonly requests: number
  /** The least that the waiting for so many requests can take. */
  readonly boundMs: number
  readonly ratio: number
}

interface Scenario {
  readonly accounts: number
  readonly ads: number
  readonly campaigns?: number
  readonly days: number
  readonly latencyMs: number
  readonly runMs: number
  readonly allActive: boolean
}

/** 300 ads in 20 campaigns for 7 days, where a call takes 100 ms: what other connectors were measured with. */
export const PEERS: Scenario = {
  accounts: 1,
  ads: 300,
  campaigns: 20,
  days: 7,
  latencyMs: 100,
  runMs: 3_000,
  allActive: true,
}

/** Where a call takes 300 ms, waiting is nearly all. */
export const FAR_AWAY: Scenario = {
  accounts: 4,
  ads: 60,
  days: 60,
  latencyMs: 300,
  runMs: 0,
  allActive: false,
}

const WORKERS = 8
const SCHEMA = 'bench_slow_api'

export function slowApiSync({ days, ...scenario }: Scenario, options: BenchOptions): Promise<SlowApiSync> {
  const world = { seed: 1, nowMs: Date.now(), ...scenario, days: days + 5 }
  return withPlace(options, world, async ({ answers, database }) => {
    const sync = async () => {
      const run = await runSync(answers, ['--days', String(days)], {
        DATABASE_URL: database,
        FBADS_SCHEMA: SCHEMA,
      })
      await dropSchema(database, SCHEMA)
      return run
    }
    // The first one renders what the others are served.
    await sync()
    const runs: SyncRun[] = []
    for (let repeat = 0; repeat < options.repeats; repeat += 1) {
      const run = await sync()
      runs.push(run)
      options.tell(`  ${seconds(run.wallMs)}, ${run.calls} calls in ${run.served.requests} requests`)
    }
    const of = (pick: (run: (typeof runs)[number]) => number) => median(runs.map(pick))
    const wallMs = of((run) => run.wallMs)
    const requests = of((run) => run.served.requests)
    const boundMs = (requests * scenario.latencyMs) / WORKERS
    return {
      rows: of((run) => run.rows.inserted),
      wallMs,
      calls: of((run) => run.calls),
      requests,
      boundMs,
      ratio: wallMs / boundMs,
    }
  })
}
