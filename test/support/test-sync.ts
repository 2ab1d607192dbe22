import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import type { Fetch } from '../../src/extract/fetch.ts'
import { createMarketingApi } from '../../src/extract/marketing-api.ts'
import type { Warehouse } from '../../src/load/session.ts'
import type { ByteRoom } from '../../src/model/byte-room.ts'
import type { Clock } from '../../src/model/clock.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import { REPORT_NAMES } from '../../src/model/report.ts'
import { ETLPipeline, type PipelineSettings } from '../../src/pipeline/etl-pipeline.ts'
import type { AskedDays } from '../../src/pipeline/plan.ts'
import type { SyncEvent } from '../../src/pipeline/sync-event.ts'
import type { SyncSummary } from '../../src/pipeline/sync-summary.ts'
import { DEFAULT_THRESHOLDS } from '../../src/quality/thresholds.ts'
import { createSimulator, type Simulator } from '../../src/simulator/app.ts'
import type { SimulatorOptions } from '../../src/simulator/options.ts'
import { SECRET, TOKEN, unaborted } from '../extract/support/test-api.ts'
import { createTestClock, type TestClock } from '../extract/support/test-clock.ts'

/** When the worlds of these tests end: in the evening, in the afternoon and in the morning of their accounts. */
export const NOW = Date.parse('2026-11-05T20:00:01Z')
export const DAY_MS = 86_400_000

export interface TestSource {
  readonly name: string
  readonly accessToken: string
  readonly accounts: readonly string[] | 'all'
}

interface TestSyncOptions extends Omit<SimulatorOptions, 'clock'> {
  readonly settings?: Partial<PipelineSettings>
  readonly accounts?: readonly string[]
  /** In place of one whose token and accounts are those of all tests. */
  readonly sources?: readonly TestSource[]
  readonly clock?: TestClock
  /** The API's, which is not set when that of the sync is. */
  readonly apiClock?: Clock
  /** For what is in flight; without a bound when absent. */
  readonly room?: ByteRoom
}

export interface SyncResult {
  readonly summary: SyncSummary
  readonly events: readonly SyncEvent[]
}

/** The pipeline between a simulator and a warehouse. */
export interface TestSync {
  readonly simulator: Simulator
  readonly clock: TestClock
  /** Each call that was answered with an error, e.g. `GET act_1/insights`. */
  readonly refusals: readonly string[]
  /** Rejects as `ETLPipeline.run` does; `onEvent` sees each event as it happens. */
  run(
    asked: AskedDays | null,
    more?: {
      readonly signal?: AbortSignal
      readonly onEvent?: (event: SyncEvent) => void
      readonly settings?: Partial<PipelineSettings>
    },
  ): Promise<SyncResult>
}

const SETTINGS: PipelineSettings = {
  reports: REPORT_NAMES,
  firstPullDays: 10,
  dailyPullDays: 28,
  chunkDays: 7,
  maxWorkers: 4,
  metaMaxWorkers: 3,
  extraFields: ['campaign_name', 'adset_name', 'ad_name'],
  thresholds: DEFAULT_THRESHOLDS,
}

export function createTestSync(warehouse: Warehouse, options: TestSyncOptions): TestSync {
  const {
    settings,
    accounts,
    sources = [{ name: 'default', accessToken: TOKEN, accounts: accounts ?? 'all' }],
    clock = createTestClock(() => 0.5, NOW),
    apiClock = clock,
    room,
    ...rest
  } = options
  const simulator = createSimulator({ ...rest, clock: apiClock })
  const refusals: string[] = []
  const fetch: Fetch = async (input, init) => {
    const answer = await simulator.fetch(input, init)
    if (!answer.ok) refusals.push(`${init?.method} ${new URL(input).pathname.replace(/^\/v[\d.]+\//, '')}`)
    return answer
  }
  return {
    simulator,
    clock,
    refusals,
    async run(asked, more = {}) {
      const events: SyncEvent[] = []
      const onEvent = (event: SyncEvent) => {
        events.push(event)
        more.onEvent?.(event)
      }
      const api = {
        fetch,
        clock,
        graphUrl: 'https://graph.facebook.com',
        apiVersion: 'v26.0',
        appSecret: SECRET,
        maxConcurrent: 4,
        ...(room && { room }),
        onEvent,
      }
      const pipeline = new ETLPipeline({
        sources: sources.map(({ name, accessToken, accounts: asked }) => ({
          name,
          api: createMarketingApi({ ...api, accessToken }),
          metadataApi: createMarketingApi({
            ...api,
            accessToken,
            retry: { maxThrottleWaitMs: 60_000, firstBlockMs: 2_000 },
          }),
          accounts: asked === 'all' ? asked : asked.map(parseAccountId),
        })),
        warehouse,
        clock,
        settings: { ...SETTINGS, ...settings, ...more.settings },
        onEvent,
      })
      const { signal = unaborted() } = more
      const summary = await pipeline.run(asked, signal).finally(() => {
        assert.deepEqual(getEventListeners(signal, 'abort'), [], 'listeners left behind')
      })
      return { summary, events }
    },
  }
}

/** The events of one type, in their order. */
export function eventsOf<T extends SyncEvent['type']>(
  events: readonly SyncEvent[],
  type: T,
): Extract<SyncEvent, { type: T }>[] {
  return events.filter((event): event is Extract<SyncEvent, { type: T }> => event.type === type)
}
