import type { CallCounts } from '../scripts/torture/fleet/call-counts.ts'
import { CONCURRENCY, MOST_PER_ACCOUNT } from '../scripts/torture/fleet/fleet-run.ts'
import { createFleetWorld } from '../scripts/torture/fleet/fleet-world.ts'
import { syncInOneProcess } from '../scripts/torture/fleet/one-process.ts'
import { tryRun } from '../scripts/torture/fleet/try-run.ts'
import { createServedPlace, withPlace } from '../scripts/torture/place.ts'
import { startPostgres } from '../test/support/start-postgres.ts'
import { seconds } from './measure.ts'
import type { BenchOptions } from './with-place.ts'

/** So slow an API that waiting for it is nearly all that workers do, also four of them on two cores. */
const FLEET = { accounts: 150, latencyMs: 3_000, seed: 7 }
const WORKERS = [1, 2, 4]
const PATIENCE_MS = 3_600_000

/** One run of the queue; times in ms. */
export interface FleetRunTime {
  readonly workers: number
  readonly calls: number
  readonly wallMs: number
  /** The least that the waiting can take: for all calls by so many at once, or for those of the largest account. */
  readonly boundMs: number
  readonly ratio: number
  readonly mostAtOnce: number
  /** What differs from one process; empty when nothing does. */
  readonly problems: readonly string[]
}

/** The same run of the queue by more and more workers on this machine, once each: they take minutes. */
export async function fleetRuns({ database, tell }: BenchOptions): Promise<FleetRunTime[]> {
  const server = database === null ? await startPostgres() : null
  const databaseUrl = database ?? server?.url ?? ''
  try {
    const world = createFleetWorld(FLEET.seed, FLEET.accounts)
    const expected = await syncInOneProcess(databaseUrl, world)
    const results: FleetRunTime[] = []
    for (const workers of WORKERS) {
      const tried = await withPlace(
        () => createServedPlace(databaseUrl, `bench_fleet_${workers}`),
        (place) =>
          tryRun(place, {
            ...FLEET,
            world,
            expected,
            patienceMs: PATIENCE_MS,
            async during(run) {
              for (let i = 0; i < workers; i += 1) await run.addWorker()
            },
          }),
      )
      const { calls, wallMs, counts, problems } = tried
      const boundMs = waitingOf(calls, counts, workers)
      const mostAtOnce = Math.max(...counts.mostAtOnce.values())
      results.push({ workers, calls, wallMs, boundMs, ratio: wallMs / boundMs, mostAtOnce, problems })
      tell(
        `${workers} workers: ${calls} calls of ${FLEET.accounts} accounts, ${seconds(wallMs)}, ` +
          `${(wallMs / boundMs).toFixed(2)} × the ${seconds(boundMs)} that waiting takes; at most ${mostAtOnce} at once ` +
          `of an account; ${problems.length === 0 ? 'the same warehouse as of one process' : problems.join('; ')}`,
      )
    }
    return results
  } finally {
    await server?.stop()
  }
}

function waitingOf(calls: number, { byAccount }: CallCounts, workers: number): number {
  const all = (calls * FLEET.latencyMs) / (workers * CONCURRENCY)
  const largest = (Math.max(...byAccount.values()) * FLEET.latencyMs) / MOST_PER_ACCOUNT
  return Math.max(all, largest)
}
