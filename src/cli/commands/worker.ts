import type { SyncEvent } from '../../pipeline/sync-event.ts'
import type { SyncSummary } from '../../pipeline/sync-summary.ts'
import { Worker } from '../../worker/worker.ts'
import { type Context, isReadByOthers } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit-status.ts'
import { openFleet } from '../fleet.ts'
import type { Output } from '../output.ts'
import { parseNumber } from '../parse-number.ts'
import { summaryLine } from '../render/sync-view.ts'
import { workerLine } from '../render/worker-line.ts'

interface WorkerFlags {
  readonly concurrency?: string
}

/** Within what Kubernetes and systemd give a process before they kill it. */
const GRACE_MS = 24_000

/** Takes requests from the queue until it is told to stop. */
export async function worker(flags: WorkerFlags, context: Context): Promise<ExitStatus> {
  const { output, signal } = context
  const concurrency = parseNumber('--concurrency', flags.concurrency, 8, 1, 256)
  if (isReadByOthers(context)) {
    output.say('⚠️ WARNING: .env can be read by others on this machine: chmod 600 .env', 'warning')
  }
  const onError = tellOnce(output)
  const { fleet, close } = await openFleet(context, {
    concurrency,
    supervises: true,
    onEvent: (event) => tell(event, output),
    onClosed: async (summary) => tellClosed(summary, output),
    onError,
  })
  try {
    output.say(
      `Worker of the queue in ${fleet.warehouse.location}: ${concurrency} requests at a time.`,
      'title',
    )
    await new Worker(fleet, { concurrency, graceMs: GRACE_MS, onError }).run(signal)
    output.say('Stopped: what was at work has ended, or waits in the queue again.')
    return EXIT.done
  } finally {
    await close()
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
