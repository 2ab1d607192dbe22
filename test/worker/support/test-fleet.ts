import { inject } from 'vitest'
import type { Fetch } from '../../../src/extract/fetch.ts'
import { createMarketingApi } from '../../../src/extract/marketing-api.ts'
import { startQueuedRun } from '../../../src/load/queue/runs.ts'
import type { Session, Warehouse } from '../../../src/load/session.ts'
import type { Clock } from '../../../src/model/clock.ts'
import { REPORT_NAMES } from '../../../src/model/report.ts'
import type { AskedDays } from '../../../src/pipeline/plan.ts'
import type { AskedAccounts } from '../../../src/pipeline/source.ts'
import type { SyncEvent } from '../../../src/pipeline/sync-event.ts'
import type { SyncSummary } from '../../../src/pipeline/sync-summary.ts'
import { DEFAULT_THRESHOLDS } from '../../../src/quality/thresholds.ts'
import type { Fleet, FleetSource } from '../../../src/worker/fleet.ts'
import { planRun } from '../../../src/worker/plan-run.ts'
import { Queue, queueSchema } from '../../../src/worker/queue.ts'
import { Worker } from '../../../src/worker/worker.ts'
import { NOW } from '../../support/test-sync.ts'

/** Real time goes by, since the queue's database has no other, but it is the evening in which the worlds end. */
export function eveningClock(): Clock {
  const started = performance.now()
  return {
    now: () => NOW + (performance.now() - started),
    random: () => 0.5,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted()
        const onAbort = () => {
          clearTimeout(timer)
          reject(signal.reason)
        }
        const timer = setTimeout(() => {
          signal.removeEventListener('abort', onAbort)
          resolve()
        }, ms)
        signal.addEventListener('abort', onAbort, { once: true })
      }),
  }
}

export interface TestSource {
  readonly name: string
  readonly fetch: Fetch
  readonly accounts?: AskedAccounts
  readonly app?: FleetSource['app']
  /** The most that a call waits for a rate limit where it is. */
  readonly mostWaitMs?: number
}

export interface TestFleet {
  readonly fleet: Fleet
  readonly events: readonly SyncEvent[]
  readonly closed: readonly SyncSummary[]
  readonly errors: readonly Error[]
  /** Plans a run, and returns its id. */
  plan(asked: AskedDays | null): Promise<string>
  /** A worker that runs until it is stopped. */
  work(options?: { concurrency?: number; graceMs?: number }): { stop(): Promise<void>; worker: Worker }
  /** Resolves when so many runs have been closed by this fleet. */
  untilClosed(runs?: number): Promise<SyncSummary>
  close(): Promise<void>
}

export async function openTestFleet(
  warehouse: Warehouse,
  sources: readonly TestSource[],
  more: { readonly settings?: Partial<Fleet['settings']>; readonly clock?: Clock } = {},
): Promise<TestFleet> {
  const clock = more.clock ?? eveningClock()
  const events: SyncEvent[] = []
  const closed: SyncSummary[] = []
  const errors: Error[] = []
  const onEvent = (event: SyncEvent) => void events.push(event)
  const queue = await Queue.open({
    connectionString: inject('databaseUrl'),
    schema: warehouse.schema,
    supervises: true,
    fires: false,
    onError: (error) => void errors.push(error),
  })
  const fleet: Fleet = {
    warehouse,
    queue,
    clock,
    sources: sources.map((source) => toSource(source, clock)),
    settings: {
      reports: REPORT_NAMES,
      firstPullDays: 10,
      dailyPullDays: 28,
      chunkDays: 3,
      maxPerAccount: 2,
      laterMs: 500,
      extraFields: ['campaign_name', 'adset_name', 'ad_name'],
      thresholds: DEFAULT_THRESHOLDS,
      ...more.settings,
    },
    onEvent,
    onClosed: async (summary) => void closed.push(summary),
  }
  const stops: (() => Promise<void>)[] = []
  return {
    fleet,
    events,
    closed,
    errors,
    async plan(days) {
      const asked = { days, accounts: 'all', reports: fleet.settings.reports } as const
      const runId = await startQueuedRun(warehouse, asked, null, clock.now())
      if (runId === null) throw new Error('no run')
      await planRun(fleet, runId, { asked, timeZone: null, skipsBusy: false }, new AbortController().signal)
      return runId
    },
    work({ concurrency = 4, graceMs = 5_000 } = {}) {
      const controller = new AbortController()
      const worker = new Worker(fleet, { concurrency, graceMs, onError: (error) => void errors.push(error) })
      const ended = worker.run(controller.signal)
      const stop = async () => {
        controller.abort(new Error('stopped'))
        await ended
      }
      stops.push(stop)
      return { stop, worker }
    },
    async untilClosed(runs = 1) {
      for (;;) {
        const last = closed[runs - 1]
        if (last) return last
        await clock.sleep(50, new AbortController().signal)
      }
    },
    async close() {
      for (const stop of stops) await stop()
      await queue.close()
      await warehouse.use(async (session: Session) => {
        await session.query('SET client_min_messages TO warning')
        await session.query(`DROP SCHEMA IF EXISTS "${queueSchema(warehouse.schema)}" CASCADE`)
      })
    },
  }
}

function toSource(
  { name, fetch, accounts = 'all', app = null, mostWaitMs = Number.POSITIVE_INFINITY }: TestSource,
  clock: Clock,
): FleetSource {
  return {
    name,
    accounts,
    app,
    createApis(maxWaitMs, onEvent) {
      const options = {
        fetch,
        clock,
        graphUrl: 'https://graph.facebook.com',
        apiVersion: 'v26.0',
        accessToken: `token-of-${name}`,
        maxConcurrent: 16,
        onEvent,
        retry: {
          maxThrottleWaitMs: Math.min(maxWaitMs, mostWaitMs),
          firstBlockMs: 1_000,
          baseMs: 5,
          capMs: 50,
        },
      }
      return {
        api: createMarketingApi(options),
        metadataApi: createMarketingApi({ ...options, useCase: 'ads_management' }),
      }
    },
  }
}
