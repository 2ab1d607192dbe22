import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../../../src/simulator/world/random.ts'
import { queueSchema } from '../../../src/worker/queue.ts'
import type { Place } from '../place.ts'
import type { CountedSimulator } from './counted-simulator.ts'
import { type FleetRun, whenThere } from './fleet-run.ts'

/** A call ends within, mostly; a request that is between two calls has made one within that time. */
const RECENT_MS = 3_000
const LOOK_MS = 500

/** A worker that was killed, and the accounts that it was at work at, as the simulator saw it. */
interface Kill {
  readonly atMs: number
  readonly accounts: ReadonlySet<string>
}

/** A request that was taken up again after its worker had died. */
export interface TakenAgain {
  readonly requestId: string
  readonly delayMs: number
}

export interface Killing {
  readonly kills: number
  readonly takenAgain: readonly TakenAgain[]
}

interface KillOptions {
  readonly run: FleetRun
  readonly simulator: CountedSimulator
  readonly place: Place
  readonly random: Random
  /** Between two kills, at least and at most. */
  readonly everyMs: readonly [number, number]
  /** At most so many. */
  readonly most: number
}

/** Kills a worker now and then while the run goes on, each replaced at once by another, as a supervisor would. */
export async function killWorkers(options: KillOptions, signal: AbortSignal): Promise<Killing> {
  const { run, simulator, place, random, everyMs, most } = options
  const kills: Kill[] = []
  const watch = watchRetries(place)
  while (kills.length < most && !signal.aborted) {
    await sleep(random.int(...everyMs), undefined, { signal }).catch(() => undefined)
    if (signal.aborted) break
    const victim = run.workers.splice(random.int(0, run.workers.length - 1), 1)[0]
    if (victim === undefined) break
    victim.process.kill('SIGKILL')
    kills.push({ atMs: Date.now(), accounts: simulator.counts.recentOf(victim.name, RECENT_MS) })
    await victim.process.ended
    await run.addWorker()
  }
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  const retries = await watch.stop()
  return {
    kills: kills.length,
    takenAgain: retries.flatMap((retry) => {
      // The first after it was taken before: later ones found it waiting.
      const kill = kills.find(
        ({ atMs, accounts }) =>
          atMs > retry.takenBeforeMs && atMs < retry.takenMs && accounts.has(retry.accountId),
      )
      return kill ? [{ requestId: retry.requestId, delayMs: retry.takenMs - kill.atMs }] : []
    }),
  }
}

interface Retry {
  readonly requestId: string
  readonly accountId: string
  readonly takenBeforeMs: number
  readonly takenMs: number
}

/** Looks which requests are taken, and which of them again. */
function watchRetries(place: Place): { stop(): Promise<Retry[]> } {
  const taken = new Map<string, { tries: number; takenMs: number }>()
  const retries: Retry[] = []
  let stopped = false
  const look = async (): Promise<void> => {
    while (!stopped) {
      const rows = await whenThere(place, (session, schema) =>
        session.query(
          `SELECT id::text AS id, retry_count, group_id, data ->> 'requestId' AS request_id,
                  extract(epoch FROM started_on) * 1000 AS taken_ms
             FROM ${queueSchema(schema)}.job WHERE name = 'requests' AND state = 'active'`,
        ),
      )
      for (const row of rows ?? []) {
        const id = String(row.id)
        const [tries, takenMs] = [Number(row.retry_count), Number(row.taken_ms)]
        const before = taken.get(id)
        if (before && before.tries < tries) {
          retries.push({
            requestId: String(row.request_id),
            accountId: String(row.group_id),
            takenBeforeMs: before.takenMs,
            takenMs,
          })
        }
        taken.set(id, { tries, takenMs })
      }
      await sleep(LOOK_MS)
    }
  }
  const looking = look()
  return {
    async stop() {
      stopped = true
      await looking
      return retries
    },
  }
}
