import { reopenRequests } from '../../load/queue/requests.ts'
import { newestQueuedRun, reopenRun } from '../../load/queue/runs.ts'
import { retryTransaction } from '../../load/retry-transaction.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit-status.ts'
import { openFleet } from '../fleet.ts'
import { parseNumber } from '../parse-number.ts'

interface RetryFlags {
  readonly run?: string
}

/** Takes up again what failed or was given up of a run. */
export async function retry(flags: RetryFlags, context: Context): Promise<ExitStatus> {
  const { output } = context
  const { fleet, close } = await openFleet(context, { concurrency: 1 })
  const { warehouse, queue } = fleet
  try {
    const runId =
      flags.run === undefined
        ? await newestQueuedRun(warehouse)
        : String(parseNumber('--run', flags.run, 0, 1, Number.MAX_SAFE_INTEGER))
    const taken =
      runId === null
        ? []
        : await warehouse.use((session) =>
            retryTransaction(session, async () => {
              const requests = await reopenRequests(session, runId)
              if (requests.length > 0) await reopenRun(session, runId)
              await queue.send(session, requests)
              return requests
            }),
          )
    if (output.json) output.result(JSON.stringify({ run_id: runId, requests: taken.length }))
    else if (runId === null) output.say('No run of the queue is there yet: fbads sync --queue starts one.')
    else if (taken.length === 0) output.say(`Run ${runId} has no request that failed.`)
    else
      output.say(
        `${taken.length} requests of run ${runId} wait in the queue again: fbads status --follow.`,
        'good',
      )
    return EXIT.done
  } finally {
    await close()
  }
}
