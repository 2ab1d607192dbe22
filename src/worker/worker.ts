import { readWaiting } from '../load/queue/requests.ts'
import { Slots } from '../load/queue/slots.ts'
import type { QueuedRequest } from '../model/queued-request.ts'
import { toError } from '../pipeline/to-error.ts'
import type { Fleet, FleetSource } from './fleet.ts'
import { giveBack, handleRequest } from './handle-request.ts'
import { type TakenFiring, type TakenRequest, TOUCH_MS } from './queue.ts'
import { startFiring } from './start-firing.ts'
import { Sweep } from './sweep.ts'
import { WorkRun } from './work-run.ts'

export interface WorkerOptions {
  /** Requests at a time. */
  readonly concurrency: number
  /** How long requests that are at work may take to end once the worker is to stop. */
  readonly graceMs: number
  readonly onError: (error: Error) => void
}

/** How long it waits when the queue has nothing for it. */
const IDLE_MS = 500
const SWEEP_MS = 5_000
const FIRINGS_MS = 1_000
/** When the account or the app has its share at work, or a sync without a queue has the account. */
const BUSY_MS = 1_500
/** When the database does not answer. */
const TROUBLE_MS = 2_000

/** Takes requests from the queue until it is told to stop. */
export class Worker {
  readonly #fleet: Fleet
  readonly #options: WorkerOptions
  readonly #slots: Slots
  readonly #sweep: Sweep
  readonly #runs = new Map<string, WorkRun>()
  readonly #atWork = new Map<TakenRequest | TakenFiring, Promise<void>>()
  readonly #stopNow = new AbortController()
  #firingsMs = 0

  constructor(fleet: Fleet, options: WorkerOptions) {
    this.#fleet = fleet
    this.#options = options
    this.#slots = new Slots(fleet.warehouse)
    this.#sweep = new Sweep(fleet)
  }

  /** Requests that are at work here. */
  get busy(): number {
    return this.#atWork.size
  }

  /**
   * Resolves when `signal` is aborted and what was at work has ended or, after the time of grace, was given back. An
   * error of the database ends nothing: it is told, and tried again.
   */
  async run(signal: AbortSignal): Promise<void> {
    const done = new AbortController()
    const beside = [
      this.#every(TOUCH_MS, () => this.#fleet.queue.touch([...this.#atWork.keys()]), done.signal),
      this.#every(SWEEP_MS, () => this.#sweep.run(), signal),
    ]
    while (!signal.aborted) await this.#fill(signal)
    await this.#drain()
    done.abort()
    await Promise.all(beside)
    for (const run of this.#runs.values()) await run.end(this.#fleet.warehouse)
    await this.#slots.close()
  }

  /** Takes as much as there is room for, and waits until there may be room, or something to take. */
  async #fill(signal: AbortSignal): Promise<void> {
    const { queue, settings } = this.#fleet
    const free = this.#options.concurrency - this.#atWork.size
    try {
      const firings = free > 0 && this.#looksForFirings() ? await queue.takeFirings() : []
      for (const firing of firings) this.#start(firing, this.#fire(firing))
      const most = free - firings.length
      const jobs = most > 0 ? await queue.take(most, settings.maxPerAccount) : []
      for (const job of jobs) this.#start(job, this.#handle(job))
      if (firings.length + jobs.length === 0) await this.#idle(IDLE_MS, signal)
    } catch (reason) {
      this.#options.onError(toError(reason))
      await this.#idle(TROUBLE_MS, signal)
    }
  }

  #looksForFirings(): boolean {
    const now = this.#fleet.clock.now()
    // A clock may be set back meanwhile.
    if (Math.abs(now - this.#firingsMs) < FIRINGS_MS) return false
    this.#firingsMs = now
    return true
  }

  #start(job: TakenRequest | TakenFiring, work: Promise<void>): void {
    const ended = work
      .catch(async (reason) => {
        const error = toError(reason)
        this.#options.onError(error)
        // When that fails, too, the missing heartbeat does the same.
        await this.#fleet.queue.failed(job, error).catch(() => undefined)
      })
      .finally(() => this.#atWork.delete(job))
    this.#atWork.set(job, ended)
  }

  async #handle(job: TakenRequest): Promise<void> {
    const fleet = this.#fleet
    const request = await readWaiting(fleet.warehouse, job.data.requestId)
    if (request === null) return fleet.queue.done(job)
    const source = this.#sourceOf(request)
    const groups = [
      { name: `account ${request.accountId}`, most: fleet.settings.maxPerAccount },
      ...(source.app === null ? [] : [{ name: `app ${source.app.name}`, most: source.app.most }]),
    ]
    const release = await this.#slots.take(request.accountId, groups)
    if (release === null) return giveBack(job, request, fleet, BUSY_MS * (0.5 + fleet.clock.random()))
    const run = this.#runOf(request)
    run.users += 1
    try {
      await handleRequest(job, request, source, run, fleet, this.#stopNow.signal)
    } finally {
      run.users -= 1
      await release()
    }
  }

  async #fire(job: TakenFiring): Promise<void> {
    await startFiring(this.#fleet, job, this.#stopNow.signal)
    await this.#fleet.queue.done(job)
  }

  #sourceOf({ source, accountId }: QueuedRequest): FleetSource {
    const found = this.#fleet.sources.find(({ name }) => name === source)
    if (found) return found
    throw new Error(
      `act_${accountId} belongs to the source "${source}", which this worker's configuration lacks: give all workers the same.`,
    )
  }

  /** What is kept of a run is forgotten when another has begun and none of its requests is at work here. */
  #runOf({ runId, traceparent }: QueuedRequest): WorkRun {
    const known = this.#runs.get(runId)
    if (known) return known
    for (const [id, run] of this.#runs) {
      if (run.users > 0) continue
      this.#runs.delete(id)
      void run.end(this.#fleet.warehouse)
    }
    const run = new WorkRun(runId, this.#fleet.onEvent, this.#fleet.watchRun?.(runId, traceparent) ?? null)
    this.#runs.set(runId, run)
    return run
  }

  /** Waits for what is at work, and no longer than it may take. */
  async #drain(): Promise<void> {
    const { clock } = this.#fleet
    const ended = new AbortController()
    const all = Promise.all(this.#atWork.values()).then(() => ended.abort())
    await clock.sleep(this.#options.graceMs, ended.signal).catch(() => undefined)
    this.#stopNow.abort(new Error('the worker stops'))
    await all
  }

  async #every(ms: number, body: () => Promise<void>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#fleet.clock.sleep(ms, signal).catch(() => undefined)
      if (signal.aborted) return
      await body().catch((reason) => this.#options.onError(toError(reason)))
    }
  }

  /** Until time is over, a request has ended, or the worker is to stop. */
  async #idle(ms: number, signal: AbortSignal): Promise<void> {
    const stop = new AbortController()
    const until = AbortSignal.any([signal, stop.signal])
    await Promise.race([
      this.#fleet.clock.sleep(ms, until).catch(() => undefined),
      ...(this.#atWork.size >= this.#options.concurrency ? this.#atWork.values() : []),
    ])
    stop.abort()
  }
}
