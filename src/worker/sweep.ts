import { finishBuilds } from '../load/finish-builds.ts'
import { failWaiting, unblockRest } from '../load/queue/requests.ts'
import { markPlanned, readOpenRuns } from '../load/queue/runs.ts'
import { retryTransaction } from '../load/retry-transaction.ts'
import { withSessionLock } from '../load/session-lock.ts'
import { closeRun } from './close-run.ts'
import type { Fleet } from './fleet.ts'

/** A run whose planning was cut off may be planned again by its firing's next try, and is not waited for longer. */
const PLANNING_MS = 5 * 60_000
/** How long what is loaded may stay out of sight while runs go on. */
const MAX_HIDDEN_MS = 5 * 60_000

/** What processes that died have left behind, one process at a time. */
export class Sweep {
  readonly #fleet: Fleet
  #finishedMs: number

  constructor(fleet: Fleet) {
    this.#fleet = fleet
    this.#finishedMs = fleet.clock.now()
  }

  async run(): Promise<void> {
    await withSessionLock(this.#fleet.warehouse, 'sweep', '', async () => {
      await this.#failGivenUp()
      await this.#closeRuns()
      await this.#finishBuilds()
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
      if (open === 0) await closeRun(this.#fleet, runId)
    }
  }

  async #finishBuilds(): Promise<void> {
    const { warehouse, clock } = this.#fleet
    const elapsed = clock.now() - this.#finishedMs
    // A clock may be set back meanwhile.
    if (elapsed >= 0 && elapsed < MAX_HIDDEN_MS) return
    this.#finishedMs = clock.now()
    await finishBuilds(warehouse)
  }
}
