import { Counter, Histogram, Registry } from 'prom-client'
import type { WriteCounts } from '../model/quality.ts'
import type { InsightsRequest } from '../model/slice.ts'
import type { SyncEvent } from '../pipeline/sync-event.ts'
import { createUsageGauge } from './usage-gauge.ts'
import { createWarehouseGauges, type ReadFigures } from './warehouse-gauges.ts'

/** The metrics of one process. */
export interface Metrics {
  /** Counts what a sync does; any number of syncs may tell theirs. */
  onEvent(event: SyncEvent): void
  /** In Prometheus' text format. */
  text(): Promise<string>
  /** Of that text, for HTTP. */
  readonly contentType: string
}

export interface MetricsOptions {
  readonly nowMs: () => number
  /** What the warehouse knows, read when somebody asks, at most every some seconds. */
  readonly readFigures: ReadFigures
  /** Jobs by their state; null without a queue. */
  readonly readQueue: (() => Promise<Readonly<Record<string, number>>>) | null
}

const REQUEST_SECONDS = [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800]
const TRANSACTION_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]

/** Counters and histograms that are fed by events, and gauges that are read from the warehouse. */
export function createMetrics({ nowMs, readFigures, readQueue }: MetricsOptions): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const slices = new Counter({
    name: 'fbads_slices_total',
    help: 'Slices (one report, ad account and day) by what became of them in this process: loaded, unchanged, failed.',
    labelNames: ['state'],
    registers,
  })
  const rows = new Counter({
    name: 'fbads_rows_total',
    help: 'Rows of fact and dimension tables that loads of this process inserted, updated, deleted or found unchanged.',
    labelNames: ['table', 'change'],
    registers,
  })
  const calls = new Counter({
    name: 'fbads_api_calls_total',
    help: 'Calls of the Marketing API as it counts them, by how the request that carried them ended.',
    labelNames: ['outcome'],
    registers,
  })
  const requestSeconds = new Histogram({
    name: 'fbads_request_load_seconds',
    help: 'From the begin of reading a request (a report, an ad account, some days) until its slices are loaded.',
    labelNames: ['report'],
    buckets: REQUEST_SECONDS,
    registers,
  })
  const transactionSeconds = new Histogram({
    name: 'fbads_load_transaction_seconds',
    help: 'How long the transactions took that replaced the slices of a request.',
    labelNames: ['report'],
    buckets: TRANSACTION_SECONDS,
    registers,
  })
  const usage = createUsageGauge(registry, nowMs)
  const gauges = createWarehouseGauges(registry, nowMs, readFigures, readQueue)
  for (const state of ['loaded', 'unchanged', 'failed']) slices.inc({ state }, 0)
  for (const outcome of ['ok', 'throttled', 'transient']) calls.inc({ outcome }, 0)

  /** When each request under way was begun, and when all of it was read. */
  const begun = new Map<InsightsRequest, { readonly begunMs: number; readMs: number | null }>()
  const ended = (request: InsightsRequest, isLoaded: boolean) => {
    const times = begun.get(request)
    begun.delete(request)
    if (!isLoaded || times === undefined) return
    const { report } = request
    requestSeconds.observe({ report }, secondsSince(times.begunMs))
    if (times.readMs !== null) transactionSeconds.observe({ report }, secondsSince(times.readMs))
  }
  /** A clock may be set back meanwhile. */
  const secondsSince = (ms: number) => Math.max(0, nowMs() - ms) / 1000
  const wrote = (table: string, counts: WriteCounts) => {
    for (const [change, count] of Object.entries(counts)) rows.inc({ table, change }, count)
  }

  return {
    contentType: registry.contentType,
    onEvent(event) {
      switch (event.type) {
        case 'loaded':
          slices.inc({ state: 'loaded' }, event.slices - event.unchanged)
          slices.inc({ state: 'unchanged' }, event.unchanged)
          for (const [table, counts] of Object.entries(event.counts)) wrote(table, counts)
          return
        case 'slices-failed':
          return slices.inc({ state: 'failed' }, event.slices)
        case 'dimension-loaded':
          return wrote(event.table, event.counts)
        case 'api-call':
          return calls.inc({ outcome: event.outcome }, event.calls)
        case 'usage':
          return usage.read(event)
        case 'request-begun':
          begun.set(event.request, { begunMs: nowMs(), readMs: null })
          return
        case 'request-read': {
          const times = begun.get(event.request)
          if (times !== undefined) times.readMs = nowMs()
          return
        }
        case 'request-ended':
          return ended(event.request, event.error === null)
        default:
          return
      }
    },
    async text() {
      usage.show()
      await gauges.show()
      return registry.metrics()
    },
  }
}
