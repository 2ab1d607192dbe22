import { guard } from '../../dashboard/guard.ts'
import { countQueue } from '../../load/queue/read-queue.ts'
import type { JsonLog } from '../../observe/json-log.ts'
import type { Tracing } from '../../observe/tracing.ts'
import type { SyncEvent } from '../../pipeline/sync-event.ts'
import type { SyncSummary } from '../../pipeline/sync-summary.ts'
import type { Fleet, RunWatch } from '../../worker/fleet.ts'
import { Worker } from '../../worker/worker.ts'
import { type Context, isReadByOthers, variablesOf } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit-status.ts'
import { openFleet } from '../fleet.ts'
import { createProcessMetrics, createProcessOps } from '../observe/create-ops.ts'
import { scopeOf, tellAfterClosed } from '../observe/incidents.ts'
import { openTracing } from '../observe/open-tracing.ts'
import { readWebhook } from '../observe/read-webhook.ts'
import type { Output } from '../output.ts'
import { parseNumber } from '../parse-number.ts'
import { createLogView } from '../render/log-view.ts'
import { summaryLine } from '../render/sync-view.ts'
import { workerLine } from '../render/worker-line.ts'
import { listen } from '../serve/listen.ts'
import type { Settings } from '../settings.ts'
import { UsageError } from '../usage-error.ts'

interface WorkerFlags {
  readonly concurrency?: string
  readonly httpPort?: string
  readonly httpHost?: string
}

/** Within what Kubernetes and systemd give a process before they kill it. */
const GRACE_MS = 24_000

/** Takes requests from the queue until it is told to stop. */
export async function worker(flags: WorkerFlags, context: Context): Promise<ExitStatus> {
  const { output, signal } = context
  const concurrency = parseNumber('--concurrency', flags.concurrency, 8, 1, 256)
  const port = flags.httpPort === undefined ? null : parseNumber('--http-port', flags.httpPort, 0, 0, 65_535)
  if (flags.httpHost !== undefined && port === null) throw new UsageError('--http-host needs --http-port.')
  if (isReadByOthers(context)) {
    output.say('⚠️ WARNING: .env can be read by others on this machine: chmod 600 .env', 'warning')
  }
  // A bad address is better said now than when something is wrong.
  readWebhook(variablesOf(context), context.fetch)
  const tracing = await openTracing(context)
  const { log } = output
  const listeners: ((event: SyncEvent) => void)[] = log ? [] : [(event) => tell(event, output)]
  const onError = tellOnce(output)
  const { fleet, sources, settings, close } = await openFleet(context, {
    concurrency,
    supervises: true,
    onEvent: (event) => {
      for (const listener of listeners) listener(event)
    },
    onClosed: async (summary) => {
      if (log) createLogView(log.with({ run_id: summary.runId })).end(summary)
      else tellClosed(summary, output)
      await tellAfterClosed(fleet.warehouse, { sources, settings }, summary, context)
    },
    onError,
    watchRun: (runId, traceparent) => watchRun(runId, traceparent, tracing, log),
  })
  let served: Awaited<ReturnType<typeof serveOps>> | null = null
  try {
    if (port !== null) {
      served = await serveOps(fleet, port, flags.httpHost, settings, context)
      listeners.push(served.onEvent)
    }
    output.say(
      `Worker of the queue in ${fleet.warehouse.location}: ${concurrency} requests at a time.`,
      'title',
    )
    await new Worker(fleet, { concurrency, graceMs: GRACE_MS, onError }).run(signal)
    output.say('Stopped: what was at work has ended, or waits in the queue again.')
    return EXIT.done
  } finally {
    served?.close()
    await tracing?.close()
    await close()
  }
}

/** `/healthz`, `/readyz` and `/metrics` of this worker and its warehouse. */
async function serveOps(
  { warehouse, clock }: Fleet,
  port: number,
  host = '127.0.0.1',
  settings: Settings,
  context: Context,
) {
  const variables = variablesOf(context)
  const metrics = createProcessMetrics({
    warehouse: async () => warehouse,
    scope: scopeOf(variables, settings),
    clock,
    readQueue: () => countQueue(warehouse),
  })
  const token = variables.FBADS_DASHBOARD_TOKEN ?? null
  const ops = createProcessOps(
    { warehouse: async () => warehouse },
    metrics,
    token === null ? null : guard(token),
  )
  const { port: chosen, close } = await listen((request) => ops.fetch(request), host, port, '--http-')
  const name = host.includes(':') ? `[${host}]` : host
  context.output.say(`http://${name}:${chosen}/healthz, /readyz and /metrics tell how it is.`)
  return { onEvent: metrics.onEvent, close }
}

/** What is done here of a run, as lines of its own and as a part of its trace. */
function watchRun(
  runId: string,
  traceparent: string | null,
  tracing: Tracing | null,
  log: JsonLog | null,
): RunWatch {
  const view = log && createLogView(log.with({ run_id: runId }))
  const trace = tracing?.startTrace({ name: 'worker', ...(traceparent !== null && { traceparent }) })
  return {
    onEvent(event) {
      view?.onEvent(event)
      trace?.onEvent(event)
    },
    end: () => trace?.end(null),
  }
}

function tell(event: SyncEvent, output: Output): void {
  const line = workerLine(event)
  if (line !== null && (line.important || output.verbose)) {
    output.say(line.text, line.important ? 'warning' : 'dim')
  }
}

function tellClosed(summary: SyncSummary, output: Output): void {
  const text = `Run ${summary.runId}. ${summaryLine(summary).trim()}`
  output.say(text, summary.status === 'succeeded' ? 'good' : 'problem')
}

/** The same error again and again, while a database is away, is told once a minute. */
function tellOnce(output: Output): (error: Error) => void {
  let last = ''
  let toldMs = 0
  return (error) => {
    const now = performance.now()
    if (error.message === last && now - toldMs < 60_000) return
    last = error.message
    toldMs = now
    output.say(`⚠️ ${error.message}`, 'warning')
  }
}
