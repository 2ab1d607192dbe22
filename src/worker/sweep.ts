import { finishBuilds } from '../load/finish-builds.ts'
import { isDue } from '../load/queue/is-due.ts'
import { failWaiting, unblockRest } from '../load/queue/request-states.ts'
import { readStalled } from '../load/queue/requests.ts'
import { markPlanned, readOpenRuns } from '../load/queue/runs.ts'
import { retryTransaction } from '../load/retry-transaction.ts'
import { withSessionLock } from '../load/session-lock.ts'
import { toError } from '../pipeline/to-error.ts'
import { closeRun } from './close-run.ts'
import type { Fleet } from './fleet.ts'

/** A run whose planning was cut off may be planned again by its firing's next try, and is not waited for longer. */
const PLANNING_MS = 5 * 60_000
/** How long what is loaded may stay out of sight while runs go on. */
const MAX_HIDDEN_MS = 5 * 60_000
const STALLED_MS = 10 * 60_000

/** What processes that died have left behind, one process at a time. */
export class Sweep {
  readonly #fleet: Fleet

  constructor(fleet: Fleet) {
    this.#fleet = fleet
  }

  async run(): Promise<void> {
    await withSessionLock(this.#fleet.warehouse, 'sweep', '', async () => {
      const { warehouse, clock } = this.#fleet
      await this.#failGivenUp()
      if (await isDue(warehouse, 'builds', MAX_HIDDEN_MS, clock.now())) {
        await this.#sendLost()
        await finishBuilds(warehouse)
      }
      await this.#closeRuns()
    })
  }

  /** Requests that the queue has given up. */
  async #failGivenUp(): Promise<void> {
    const { warehouse, queue, clock } = this.#fleet
    await queue.eachGivenUp((requestId, error) =>
      warehouse.use((session) =>
        retryTransaction(session, async () => {
          const failed = await failWaiting(session, requestId, error, clock.now())
          const rest = failed && (await unblockRest(session, failed))
          if (rest) await queue.send(session, [rest])
        }),
      ),
    )
  }

  async #closeRuns(): Promise<void> {
    const { warehouse, clock } = this.#fleet
    let error: Error | null = null
    for (const { runId, isPlanned, startedMs, open } of await readOpenRuns(warehouse)) {
      if (!isPlanned && clock.now() - startedMs > PLANNING_MS) {
        await withSessionLock(warehouse, 'plan', runId, () =>
          markPlanned(
            warehouse,
            runId,
            'The planning of this run was cut off: accounts are missing in it. Start another one.',
            clock.now(),
          ),
        )
      }
      if (open > 0) continue
      // One that cannot be closed must not hold up the others.
      await closeRun(this.#fleet, runId).catch((reason) => {
        error ??= toError(reason)
      })
    }
    if (error !== null) throw error
  }

  /** A queue that was emptied, or a database that was restored without it, must not hold up a run for ever. */
  async #sendLost(): Promise<void> {
    const { warehouse, queue, clock } = this.#fleet
    for (const request of await readStalled(warehouse, clock.now() - STALLED_MS)) {
      if (!(await queue.has(request))) await warehouse.use((session) => queue.send(session, [request]))
    }
  }
}
