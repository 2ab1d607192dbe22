import { type Clock, type JobWithMetadata, PgBoss } from 'pg-boss'
import type { Session } from '../load/session.ts'
import type { QueuedRequest } from '../model/queued-request.ts'
import type { Schedule } from '../model/schedule.ts'

/** What a job of the queue carries: which request it is. */
interface RequestJob {
  readonly requestId: string
}

/** What a schedule sends when it is due. */
export interface Firing {
  readonly schedule: Schedule
  /** Whose accounts are meant, when each is on its own clock; null: all. */
  readonly timeZone: string | null
  /** When it was due, as ISO text; absent when it was right before it was sent. */
  readonly due?: string
}

export type TakenRequest = JobWithMetadata<RequestJob>
export type TakenFiring = JobWithMetadata<Firing>

const REQUESTS = 'requests'
const GIVEN_UP = 'given-up'
export const FIRINGS = 'firings'

/** How long a worker may be silent before others take up its requests; pg-boss allows no less than 10. */
const HEARTBEAT_SECONDS = 15
/** How often it tells that it lives. */
export const TOUCH_MS = 4_000
/** How often somebody looks for workers that are silent. */
const MONITOR_SECONDS = 5
/** A request that is alive is never ended for its length, but for what no request takes. */
const EXPIRE_SECONDS = 12 * 3600
const KEEP_SECONDS = 30 * 86_400

/**
 * For the driver, to which pg-boss passes on what it does not know: a worker that was cut off for long waits for an
 * answer of a session that the server has ended, and must come to see it.
 */
const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelayMillis: 60_000 }

export interface QueueOptions {
  readonly connectionString: string
  /** Of the warehouse; the queue's own lies beside it. */
  readonly schema: string
  /** Whether the queue's schema is there: pg-boss would ask for the right to make one even then. */
  readonly hasSchema?: boolean
  /** Whether this process looks after the queue, and fires schedules. */
  readonly supervises: boolean
  readonly fires: boolean
  readonly onError: (error: Error) => void
  /** The machine's when absent. */
  readonly clock?: Clock
}

/** The queue of a warehouse, in its PostgreSQL. */
export class Queue {
  readonly boss: PgBoss

  private constructor(boss: PgBoss) {
    this.boss = boss
  }

  /** Makes the queue's schema when it is missing. Rejects when the database cannot be reached. */
  static async open(options: QueueOptions): Promise<Queue> {
    const boss = new PgBoss({
      ...KEEP_ALIVE,
      connectionString: options.connectionString,
      schema: queueSchema(options.schema),
      createSchema: options.hasSchema !== true,
      application_name: 'fbads queue',
      max: 2,
      supervise: options.supervises,
      schedule: options.fires,
      superviseIntervalSeconds: MONITOR_SECONDS,
      monitorIntervalSeconds: MONITOR_SECONDS,
      cronMonitorIntervalSeconds: 30,
      registerInstance: false,
      openTelemetry: { enabled: false },
      ...(options.clock && { clock: options.clock }),
    })
    boss.on('error', options.onError)
    try {
      await boss.start()
      await createQueues(boss)
      return new Queue(boss)
    } catch (error) {
      // What has begun of it would keep the process alive.
      await boss.stop({ graceful: false }).catch(() => undefined)
      throw error
    }
  }

  /**
   * Puts requests into the queue, in the session's transaction; not to be taken before `waitMs` are over, by the
   * database's clock.
   */
  async send(session: Session, requests: readonly QueuedRequest[], waitMs = 0): Promise<void> {
    if (requests.length === 0) return
    const jobs = requests.map(({ requestId, accountId, priority }) => ({
      data: { requestId },
      priority,
      group: { id: accountId },
      ...(waitMs > 0 && { startAfter: Math.ceil(waitMs / 1000) }),
    }))
    await this.boss.insert(REQUESTS, jobs, { db: toDatabase(session) })
  }

  /** Up to `count` requests, of each account at most so many as may be at work at once, over all workers. */
  take(count: number, perAccount: number): Promise<TakenRequest[]> {
    return this.boss.fetch<RequestJob>(REQUESTS, {
      batchSize: count,
      groupConcurrency: perAccount,
      includeMetadata: true,
    })
  }

  takeFirings(): Promise<TakenFiring[]> {
    return this.boss.fetch<Firing>(FIRINGS, { batchSize: 1, includeMetadata: true })
  }

  /** Tells that they are still worked at. */
  async touch(jobs: readonly (TakenRequest | TakenFiring)[]): Promise<void> {
    for (const name of [REQUESTS, FIRINGS]) {
      const those = jobs.filter((job) => job.name === name)
      if (those.length > 0) await this.boss.touch(name, those)
    }
  }

  async done(job: TakenRequest | TakenFiring): Promise<void> {
    await this.boss.complete(job.name, job)
  }

  /** It is tried again later, unless it has been tried too often. */
  async failed(job: TakenRequest | TakenFiring, error: Error): Promise<void> {
    await this.boss.fail(job.name, job, { message: error.message })
  }

  /** Its end, in the session's transaction. False when it was taken up by another meanwhile, whose it is then. */
  async doneIn(session: Session, job: TakenRequest): Promise<boolean> {
    const done = await this.boss.complete(job.name, job, null, { db: toDatabase(session) })
    return 'affected' in done && Number(done.affected) > 0
  }

  /** Puts what is at work back, in the session's transaction, as if it had never been taken; not what another has. */
  async giveBack(session: Session, job: TakenRequest, request: QueuedRequest, waitMs: number): Promise<void> {
    if (await this.doneIn(session, job)) await this.send(session, [request], waitMs)
  }

  /** Whether a job of the request waits or is at work. */
  async has({ requestId }: QueuedRequest): Promise<boolean> {
    const jobs = await this.boss.findJobs<RequestJob>(REQUESTS, { data: { requestId } })
    return jobs.some(({ state }) => state === 'created' || state === 'retry' || state === 'active')
  }

  /** The ids of requests that were tried too often; each is told once, when `body` has ended well. */
  async eachGivenUp(body: (requestId: string, error: string) => Promise<void>): Promise<void> {
    for (;;) {
      const jobs = await this.boss.fetch<RequestJob>(GIVEN_UP, { batchSize: 100, includeMetadata: true })
      if (jobs.length === 0) return
      for (const job of jobs) {
        await body(job.data.requestId, messageOf(job.sourceOutput))
        await this.boss.complete(GIVEN_UP, job)
      }
    }
  }

  close(): Promise<void> {
    return this.boss.stop({ graceful: false })
  }
}

/** Those that are there stay as they are. */
async function createQueues(boss: PgBoss): Promise<void> {
  await boss.createQueue(GIVEN_UP, { deleteAfterSeconds: KEEP_SECONDS, retentionSeconds: KEEP_SECONDS })
  const settings = {
    heartbeatSeconds: HEARTBEAT_SECONDS,
    expireInSeconds: EXPIRE_SECONDS,
    retentionSeconds: KEEP_SECONDS,
    deleteAfterSeconds: 86_400,
    retryLimit: 20,
    retryDelay: 5,
    retryBackoff: true,
    retryDelayMax: 300,
  }
  await boss.createQueue(REQUESTS, { ...settings, deadLetter: GIVEN_UP })
  await boss.createQueue(FIRINGS, settings)
}

export function queueSchema(schema: string): string {
  return `${schema}_queue`
}

/** Lets pg-boss write in our transaction. */
function toDatabase(session: Session) {
  return {
    executeSql: async (sql: string, values: readonly unknown[] = []) => ({
      rows: await session.query(sql, values),
    }),
  }
}

function messageOf(output: unknown): string {
  if (typeof output === 'object' && output !== null && 'message' in output) return String(output.message)
  return 'its workers have ended before it did, again and again'
}
