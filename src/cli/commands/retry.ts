import { reopenRequests } from '../../load/queue/request-states.ts'
import { isQueued, newestQueuedRun, reopenRun } from '../../load/queue/runs.ts'
import { retryTransaction } from '../../load/retry-transaction.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit-status.ts'
import { openFleet } from '../fleet.ts'
import { parseNumber } from '../parse-number.ts'
import { UsageError } from '../usage-error.ts'

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
    if (flags.run !== undefined && runId !== null && !(await isQueued(warehouse, runId)))
      throw new UsageError(`--run is ${runId}: there is no such run of the queue; see fbads status.`)
    const taken =
      runId === null
        ? 0
        : await warehouse.use((session) =>
            retryTransaction(session, async () => {
              const { all, waiting } = await reopenRequests(session, runId)
              if (all > 0) await reopenRun(session, runId)
              await queue.send(session, waiting)
              return all
            }),
          )
    if (output.json) output.result(JSON.stringify({ run_id: runId, requests: taken }))
    else if (runId === null) output.say('No run of the queue is there yet: fbads sync --queue starts one.')
    else if (taken === 0)
      output.say(
        `Run ${runId} has no request that failed. What could not be planned is in no run: start another one.`,
      )
    else
      output.say(`${taken} requests of run ${runId} wait in the queue again: fbads status --follow.`, 'good')
    return EXIT.done
  } finally {
    await close()
  }
}
