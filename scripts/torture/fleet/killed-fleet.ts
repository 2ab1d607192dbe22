import { setTimeout as sleep } from 'node:timers/promises'
import { createRandom } from '../../../src/simulator/world/random.ts'
import { type OwnServer, startOwnPostgres } from '../../../test/support/start-postgres.ts'
import { createServedPlace, type Place, withPlace } from '../place.ts'
import { whenThere } from './fleet-run.ts'
import { createFleetWorld } from './fleet-world.ts'
import { type Killing, killWorkers } from './kills.ts'
import { syncInOneProcess } from './one-process.ts'
import { type TriedRun, tryRun } from './try-run.ts'

export interface KilledFleet {
  readonly accounts: number
  readonly seed: number
  readonly workers: number
  readonly latencyMs: number
  /** Kills: at most so many, and how long apart, at least and at most. */
  readonly kills: number
  readonly everyMs: readonly [number, number]
  /** Whether the database falls, too, and comes back, when a third of the requests has ended. */
  readonly restartsDatabase: boolean
}

const PATIENCE_MS = 45 * 60_000
const DOWN_MS = 3_000
const LOOK_MS = 1_000

/** A run whose workers are killed again and again. */
export async function tryKilledFleet(options: KilledFleet): Promise<TriedRun & Killing> {
  const { accounts, seed, workers, latencyMs, everyMs, kills: most } = options
  const server = await startOwnPostgres()
  try {
    const world = createFleetWorld(seed, accounts)
    const expected = await syncInOneProcess(server.url, world)
    return await withPlace(
      () => createServedPlace(server.url, `fleet_${process.pid}`),
      async (place) => {
        let killing: Killing = { kills: 0, takenAgain: [] }
        const tried = await tryRun(place, {
          world,
          expected,
          latencyMs,
          seed,
          patienceMs: PATIENCE_MS,
          async during(run, simulator, signal) {
            for (let i = 0; i < workers; i += 1) await run.addWorker()
            const random = createRandom(seed)
            const restarted = options.restartsDatabase ? restartMidway(server, place, signal) : null
            killing = await killWorkers({ run, simulator, place, random, everyMs, most }, signal)
            await restarted
          },
        })
        return { ...tried, ...killing }
      },
    )
  } finally {
    await server.stop()
  }
}

async function restartMidway(server: OwnServer, place: Place, signal: AbortSignal): Promise<void> {
  const share = async (): Promise<number> => {
    const rows = await whenThere(place, (session) =>
      session.query('SELECT avg((ended_at IS NOT NULL)::integer) AS share FROM etl_request'),
    )
    return Number(rows?.[0]?.share ?? 0)
  }
  while (!signal.aborted && (await share()) < 1 / 3) await sleep(LOOK_MS)
  if (signal.aborted) return
  await server.halt()
  await sleep(DOWN_MS)
  await server.start()
}
