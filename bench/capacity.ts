import { loadavg } from 'node:os'
import { type CapacityPlan, planCapacity } from '../src/capacity/plan-capacity.ts'
import { REPORT_NAMES } from '../src/model/report.ts'
import { median, seconds } from './measure.ts'
import { type PacedSync, pacedSync } from './paced-sync.ts'
import { runSync, type SyncRun } from './run-sync.ts'
import { type BenchOptions, dropSchema, useSchema, withPlace } from './with-place.ts'

/** A fleet and its means, as `plan-capacity` is asked for them. */
interface Setting {
  readonly accounts: number
  readonly ads: number
  readonly days: number
  readonly latencyMs: number
  readonly maxWorkers: number
}

/** One sync as it was, and as it was predicted; of several the quickest: what else the machine does only adds to it. */
interface Compared extends Setting {
  readonly sync: 'first' | 'again'
  /** Ms. */
  readonly wallMs: number
  readonly predictedMs: number
  /** Of the prediction from what was measured, as a fraction of that. */
  readonly deviation: number
  readonly calls: number
  readonly predictedCalls: number
  readonly rows: number
  readonly predictedRows: number
}

export interface CapacityBench {
  /** Processes that wanted a core, over the last minute, before and after. */
  readonly load: readonly [number, number]
  readonly compared: readonly Compared[]
  readonly paced: readonly (PacedSync & { readonly predictedMs: number; readonly deviation: number })[]
}

const SETTINGS: readonly Setting[] = [
  { accounts: 4, ads: 60, days: 60, latencyMs: 300, maxWorkers: 8 },
  { accounts: 8, ads: 100, days: 28, latencyMs: 300, maxWorkers: 2 },
  { accounts: 8, ads: 100, days: 28, latencyMs: 300, maxWorkers: 8 },
  { accounts: 8, ads: 100, days: 28, latencyMs: 600, maxWorkers: 8 },
  { accounts: 1, ads: 1000, days: 28, latencyMs: 300, maxWorkers: 8 },
  { accounts: 40, ads: 20, days: 28, latencyMs: 300, maxWorkers: 16 },
  { accounts: 12, ads: 200, days: 14, latencyMs: 150, maxWorkers: 4 },
]

/** At the development tier's 60 calls in five minutes, which is what they wait for. */
const PACED: readonly Omit<Setting, 'maxWorkers'>[] = [
  { accounts: 1, ads: 300, days: 28, latencyMs: 300 },
  { accounts: 3, ads: 200, days: 28, latencyMs: 300 },
]

const SCHEMA = 'bench_capacity'
const CORES = 2

/** What `plan-capacity` predicts beside real syncs of simulated accounts, by one process each. */
export async function benchCapacity(options: BenchOptions): Promise<CapacityBench> {
  const before = loadavg()[0] ?? 0
  const compared: Compared[] = []
  for (const setting of SETTINGS) compared.push(...(await compareSyncs(setting, options)))
  const paced: CapacityBench['paced'][number][] = []
  for (const setting of PACED) {
    const run = await pacedSync(setting, options)
    const plan = predict({ ...setting, maxWorkers: 8 }, 'first', run.coreRecords, 'development')
    const result = { ...run, predictedMs: plan.day.wallMs, deviation: plan.day.wallMs / run.wallMs - 1 }
    options.tell(
      `  ${setting.accounts} × ${setting.ads} ads at the development tier: ${seconds(run.wallMs)}, ` +
        `predicted ${seconds(plan.day.wallMs)} (${percent(result.deviation)}); calls ${run.calls}, predicted ${plan.day.calls}`,
    )
    paced.push(result)
  }
  return { load: [before, loadavg()[0] ?? 0], compared, paced }
}

function compareSyncs(setting: Setting, options: BenchOptions): Promise<Compared[]> {
  const { accounts, ads, days, latencyMs, maxWorkers } = setting
  const world = { seed: 1, nowMs: Date.now(), accounts, ads, days: days + 5, latencyMs, runMs: 0 }
  return withPlace(options, world, async ({ answers, database }) => {
    const sync = () =>
      runSync(answers, ['--days', String(days)], {
        DATABASE_URL: database,
        FBADS_SCHEMA: SCHEMA,
        FBADS_MAX_WORKERS: String(maxWorkers),
      })
    // The first one renders what the others are served.
    await sync()
    const records = await useSchema(database, SCHEMA, async (warehouse) => {
      const [counted] = await warehouse.use((session) =>
        session.query('SELECT count(*) AS records FROM fact_core_metrics'),
      )
      return Number(counted?.records)
    })
    const first: SyncRun[] = []
    const again: SyncRun[] = []
    for (let repeat = 0; repeat < options.repeats; repeat += 1) {
      await dropSchema(database, SCHEMA)
      first.push(await sync())
      again.push(await sync())
    }
    await dropSchema(database, SCHEMA)
    const rows = median(first.map((run) => run.rows.inserted))
    return [
      compare(setting, 'first', first, rows, predict(setting, 'first', records), options),
      compare(setting, 'again', again, rows, predict(setting, 'again', records), options),
    ]
  })
}

function compare(
  setting: Setting,
  sync: Compared['sync'],
  runs: readonly SyncRun[],
  rows: number,
  plan: CapacityPlan,
  { tell }: BenchOptions,
): Compared {
  const wallMs = Math.min(...runs.map((run) => run.wallMs))
  const deviation = plan.day.wallMs / wallMs - 1
  const calls = median(runs.map((run) => run.calls))
  const { accounts, ads, days, latencyMs, maxWorkers } = setting
  tell(
    `  ${accounts} × ${ads} ads, ${days} days, ${latencyMs} ms, ${maxWorkers} workers, ${sync}: ${seconds(wallMs)}, ` +
      `predicted ${seconds(plan.day.wallMs)} (${percent(deviation)}); ` +
      `calls ${calls}, predicted ${plan.day.calls}; rows ${rows}, predicted ${Math.round(plan.rows)}`,
  )
  return {
    ...setting,
    sync,
    wallMs,
    predictedMs: plan.day.wallMs,
    deviation,
    calls,
    predictedCalls: plan.day.calls,
    rows,
    predictedRows: Math.round(plan.rows),
  }
}

/** The share of ads with figures is an input, which the worlds of the simulator have each its own. */
function predict(
  { accounts, ads, days, latencyMs, maxWorkers }: Setting,
  sync: Compared['sync'],
  coreRecords: number,
  tier: 'development' | 'standard' = 'standard',
): CapacityPlan {
  const fleet = {
    groups: [{ accounts, ads }],
    reports: REPORT_NAMES,
    isFirst: sync === 'first',
    days,
    historyDays: days,
    chunkDays: 7,
    activeShare: coreRecords / (accounts * ads * days),
    restatedShare: 0,
  }
  return planCapacity(fleet, {
    tier,
    apps: 1,
    workers: 1,
    concurrency: maxWorkers,
    metaConcurrency: 4,
    databaseCores: CORES,
    latencyMs,
    withinMs: Number.POSITIVE_INFINITY,
  })
}

function percent(share: number): string {
  return `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(1)} %`
}
