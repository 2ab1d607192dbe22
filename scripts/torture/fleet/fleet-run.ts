import { setTimeout as sleep } from 'node:timers/promises'
import type { Session } from '../../../src/load/session.ts'
import { queueSchema } from '../../../src/worker/queue.ts'
import { type EndedProcess, type FbadsProcess, startFbads } from '../fbads-process.ts'
import type { Place } from '../place.ts'
import type { CountedSimulator } from './counted-simulator.ts'

export const CONCURRENCY = 8
export const MOST_PER_ACCOUNT = 2
const LOOK_MS = 250
/** A worker ends what it has at work, or gives it back, within half a minute. */
const STUCK_MS = 60_000

export interface FleetOptions {
  readonly place: Place
  readonly simulator: CountedSimulator
  /** Flags that say which days. */
  readonly days: readonly string[]
  /** The longest that the run may take before it counts as stuck. */
  readonly patienceMs: number
}

/** One worker: which it is, for the simulator, and its process. */
export interface FleetWorker {
  readonly name: string
  readonly process: FbadsProcess
}

/** Another host. */
export interface Elsewhere {
  /** A program that starts programs there. */
  readonly starter: readonly string[]
  /** Lets them reach a port of this machine as their own. */
  relay(port: number): Promise<void>
}

export interface FleetRun {
  readonly runId: string
  readonly workers: FleetWorker[]
  /** Starts one more, here or elsewhere. */
  addWorker(where?: Elsewhere): Promise<FleetWorker>
  /** Resolves with the run's status when it is closed, and with null when patience has ended. */
  readonly closed: Promise<string | null>
  /** How long it took from the first worker on, once it is closed. */
  readonly wallMs: () => number
  /** Tells the workers to stop, and resolves with what the ones that ended badly have said. */
  stop(): Promise<string[]>
}

/** Plans a run into the queue; its workers are added by who asks for it. */
export async function startRun({ place, simulator, days, patienceMs }: FleetOptions): Promise<FleetRun> {
  const environmentOf = async (name: string): Promise<Record<string, string>> => ({
    ...fleetSettings(await simulator.listen(name)),
    ...place.environment,
  })
  const { folder } = place
  const plan = startFbads(['sync', '--queue', '--detach', ...days], {
    folder,
    environment: await environmentOf('plan'),
  })
  const planned = await plan.ended
  const runId = /^Run (\d+):/m.exec(planned.said)?.[1]
  if (planned.status !== 0 || runId === undefined)
    throw new Error(`The run was not planned:\n${planned.said}`)
  const workers: FleetWorker[] = []
  const began = performance.now()
  let [started, ended] = [0, 0]
  const closed = untilClosed(place, runId, began + patienceMs).finally(() => {
    ended = performance.now()
  })
  return {
    runId,
    workers,
    async addWorker(where) {
      started += 1
      const name = `worker ${started}`
      const environment = await environmentOf(name)
      await where?.relay(Number(new URL(environment.FACEBOOK_GRAPH_URL ?? '').port))
      const process = startFbads(['worker', '--concurrency', String(CONCURRENCY)], {
        folder,
        environment,
        ...(where && { starter: where.starter }),
      })
      const worker = { name, process }
      workers.push(worker)
      return worker
    },
    closed,
    wallMs: () => ended - began,
    async stop() {
      for (const { process } of workers) process.kill('SIGTERM')
      const all = await Promise.all(workers.map(({ process }) => endedSoon(process)))
      return all.flatMap(({ status, signal, said }) =>
        status === 0 ? [] : [`a worker ended with ${status ?? signal}:\n${said}`],
      )
    },
  }
}

/** What every process of a fleet is told. */
export function fleetSettings(url: string): Record<string, string> {
  return {
    FACEBOOK_GRAPH_URL: url,
    FACEBOOK_ACCESS_TOKEN: 'simulated',
    FACEBOOK_AD_ACCOUNT_ID: 'all',
    FBADS_MAX_PER_ACCOUNT: String(MOST_PER_ACCOUNT),
  }
}

async function endedSoon(process: FbadsProcess): Promise<EndedProcess> {
  const timer = setTimeout(() => process.kill('SIGKILL'), STUCK_MS)
  const ended = await process.ended
  clearTimeout(timer)
  return ended
}

async function untilClosed(place: Place, runId: string, deadlineMs: number): Promise<string | null> {
  while (performance.now() < deadlineMs) {
    const status = await whenThere(place, (session) => statusOf(session, runId))
    if (status !== null && status !== 'running') return status
    await sleep(LOOK_MS)
  }
  return null
}

async function statusOf(session: Session, runId: string): Promise<string> {
  const [row] = await session.query('SELECT status FROM etl_run WHERE run_id = $1', [runId])
  return String(row?.status)
}

/** Null while the database is away. */
export async function whenThere<T>(
  place: Place,
  body: (session: Session, schema: string) => Promise<T>,
): Promise<T | null> {
  return place.look(body).catch(() => null)
}

/** What a closed run has left undone, in words. */
export async function findLeftOvers(place: Place, runId: string): Promise<string[]> {
  const rows = await place.look(async (session, schema) => [
    ...(await session.query(
      `SELECT status AS what, count(*) AS number, min(error) AS error FROM etl_request
        WHERE run_id = $1 AND status <> 'done' GROUP BY status`,
      [runId],
    )),
    ...(await session.query(
      `SELECT 'in the queue ' || state::text AS what, count(*) AS number, NULL AS error FROM ${queueSchema(schema)}.job
        WHERE name IN ('requests', 'given-up') AND state < 'completed' GROUP BY state`,
    )),
  ])
  return (rows ?? []).map(
    ({ what, number, error }) => `${number} requests ${what}${error === null ? '' : `: ${error}`}`,
  )
}
