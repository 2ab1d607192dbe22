import { countRequests, newestQueuedRun, startQueuedRun } from '../../load/queue/runs.ts'
import type { Warehouse } from '../../load/session.ts'
import type { AskedDays } from '../../pipeline/plan.ts'
import { followRun } from '../../worker/follow-run.ts'
import { planRun } from '../../worker/plan-run.ts'
import type { Context } from '../context.ts'
import { openForReading } from '../context.ts'
import { EXIT, type ExitStatus, Interrupted, statusOfSync } from '../exit-status.ts'
import { openFleet } from '../fleet.ts'
import { tellAfterClosed } from '../observe/incidents.ts'
import { traced } from '../observe/traced.ts'
import { createLogView } from '../render/log-view.ts'
import { syncDocument } from '../render/sync-document.ts'
import { createSyncView } from '../render/sync-view.ts'
import type { Settings } from '../settings.ts'
import { UsageError } from '../usage-error.ts'

export interface QueuedSync {
  readonly accounts: readonly string[]
  readonly sources: readonly string[]
  readonly asked: AskedDays | null
  readonly reports: Settings['reports']
  /** Returns when all is planned. */
  readonly detach: boolean
}

/** Plans a sync into the queue, and follows it to its end unless told otherwise. */
export async function syncByQueue(order: QueuedSync, context: Context): Promise<ExitStatus> {
  const { output, clock, signal } = context
  const { fleet, sources, settings, close } = await openFleet(context, {
    concurrency: 1,
    // Where nothing could be planned, or nothing had to be.
    onClosed: (summary) => tellAfterClosed(fleet.warehouse, { sources, settings }, summary, context),
    accounts: order.accounts,
    sources: order.sources,
    onEvent: (event) => {
      if (event.type === 'account-failed')
        output.say(`❌ account ${event.accountId}: ${event.error.message}`, 'problem')
      if (event.type === 'source-stopped')
        output.say(`❌ source ${event.name} is stopped: ${event.error.message}`, 'problem')
    },
  })
  const { warehouse } = fleet
  try {
    return await traced(
      context,
      () => undefined,
      async (_, traceparent) => {
        const asked = {
          days: order.asked,
          accounts: order.accounts.length === 0 ? ('all' as const) : order.accounts,
          reports: order.reports,
          ...(traceparent !== null && { traceparent }),
        }
        const runId = await startQueuedRun(warehouse, asked, null, clock.now())
        if (runId === null) throw new Error('The run could not be started.')
        await planRun(fleet, runId, { asked, timeZone: null, skipsBusy: false }, signal)
        const { requests, accounts } = await countRequests(warehouse, runId)
        output.say(`Run ${runId}: ${requests} requests of ${accounts} accounts wait in the queue.`, 'title')
        if (!order.detach) return show(warehouse, runId, context)
        if (output.json) output.result(JSON.stringify({ run_id: runId, requests }))
        output.say('fbads worker takes them; fbads status --follow shows how far they are.')
        return EXIT.done
      },
    )
  } finally {
    await close()
  }
}

/** `fbads status --follow`: the newest run of the queue, as its sync would show it. */
export async function follow(context: Context): Promise<ExitStatus> {
  const warehouse = await openForReading(context, {})
  try {
    const runId = await newestQueuedRun(warehouse)
    if (runId === null)
      throw new UsageError('No run of the queue is there yet: fbads sync --queue starts one.')
    return await show(warehouse, runId, context)
  } finally {
    await warehouse.close()
  }
}

async function show(warehouse: Warehouse, runId: string, context: Context): Promise<ExitStatus> {
  const { output, clock, signal } = context
  const view = output.log ? createLogView(output.log) : createSyncView(output, clock)
  try {
    const summary = await followRun(warehouse, runId, clock, view.onEvent, signal)
    view.end(summary)
    if (output.json) output.result(syncDocument(summary))
    return statusOfSync(summary)
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    view.close()
    output.say(`Run ${runId} goes on in its workers: fbads status --follow shows it again.`)
    return error.status
  } finally {
    view.close()
  }
}
