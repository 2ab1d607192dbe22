import { GraphError, isGraphError } from '../extract/graph-error.ts'
import { DatabaseError } from '../load/database-error.ts'
import { finishBuilds } from '../load/finish-builds.ts'
import { endRequest, postponeRequest, skipRequests, unblockRest } from '../load/queue/request-states.ts'
import { readTally } from '../load/queue/requests.ts'
import { monthsWithoutRequests } from '../load/queue/runs.ts'
import { retryTransaction } from '../load/retry-transaction.ts'
import { addTallies, NO_TALLY, type QueuedRequest } from '../model/queued-request.ts'
import { toError } from '../pipeline/to-error.ts'
import { closeRun } from './close-run.ts'
import type { Fleet, FleetSource } from './fleet.ts'
import type { TakenRequest } from './queue.ts'
import { runRequest, type Tried } from './run-request.ts'
import type { WorkRun } from './work-run.ts'

const MOST_LATER_MS = 30 * 60_000
/** An error that nobody expects is tried so often; one of the database as often as the queue allows. */
const MOST_UNEXPECTED = 3

const NOTHING_SEEN = { campaign: [], adset: [], ad: [] }

/** One taken request, to its end, its being put off, or its being given back. */
export async function handleRequest(
  job: TakenRequest,
  request: QueuedRequest,
  source: FleetSource,
  run: WorkRun,
  fleet: Fleet,
  signal: AbortSignal,
): Promise<void> {
  try {
    const tried = await runRequest(request, source, run, fleet, signal)
    if (tried.putOff === null) await end(job, request, run, fleet, tried)
    else await putOff(job, request, run, fleet, tried)
  } catch (reason) {
    if (signal.aborted) return giveBack(job, request, fleet, 0)
    const error = toError(reason)
    const isFatal = isGraphError(reason, 'auth', 'deprecated')
    const isUnexpected = !(reason instanceof DatabaseError) && job.retryCount >= MOST_UNEXPECTED
    if (!isFatal && !isUnexpected && job.retryCount < job.retryLimit) throw error
    await end(job, request, run, fleet, {
      tally: NO_TALLY,
      seen: NOTHING_SEEN,
      error,
      givesUp: isFatal ? 'source' : null,
    })
  }
}

/** Back into the queue, not to be taken before `delayMs` are over. */
export async function giveBack(
  job: TakenRequest,
  request: QueuedRequest,
  { warehouse, queue }: Fleet,
  delayMs: number,
): Promise<void> {
  await warehouse.use((session) =>
    retryTransaction(session, () => queue.giveBack(session, job, request, delayMs)),
  )
}

interface Ended extends Pick<Tried, 'tally' | 'error'> {
  readonly seen: Tried['seen'] | typeof NOTHING_SEEN
  /** What its error gives up with it. */
  readonly givesUp?: 'account' | 'source' | null
  readonly refusesAccount?: boolean
}

async function end(
  job: TakenRequest,
  request: QueuedRequest,
  run: WorkRun,
  fleet: Fleet,
  ended: Ended,
): Promise<void> {
  const { warehouse, queue, clock } = fleet
  const { error, seen } = ended
  const gone = ended.refusesAccount ? 'account' : (ended.givesUp ?? null)
  const calls = { ...NO_TALLY, apiCalls: run.takeCalls() }
  const before = await readTally(warehouse, request.requestId)
  // What failed in an earlier try was tried again.
  const tally = [ended.tally, calls].reduce(addTallies, { ...before, failed: 0 })
  const status = error === null ? ('done' as const) : ('failed' as const)
  const errorKind = error instanceof GraphError ? error.kind : null
  const result = { status, tally, seen, error: error?.message ?? null, errorKind }
  await warehouse.use((session) =>
    retryTransaction(session, async () => {
      const nowMs = clock.now()
      await endRequest(session, request, result, nowMs)
      if (gone !== null) await skipRequests(session, request, gone, nowMs)
      const rest = await unblockRest(session, request)
      if (rest !== null) await queue.send(session, [rest])
      await queue.doneIn(session, job)
    }),
  )
  await finishMonths(request, fleet)
  await closeRun(fleet, request.runId)
}

async function putOff(
  job: TakenRequest,
  request: QueuedRequest,
  run: WorkRun,
  { warehouse, queue, clock, settings }: Fleet,
  tried: Tried,
): Promise<void> {
  const unknownMs = Math.min(MOST_LATER_MS, settings.laterMs * 2 ** request.postponed)
  // Not all of an account at the same moment.
  const waitMs = (tried.putOff?.regainMs ?? unknownMs) * (1 + clock.random() / 20) + 1_000 * clock.random()
  const calls = { ...NO_TALLY, apiCalls: run.takeCalls() }
  const before = await readTally(warehouse, request.requestId)
  const tally = [{ ...tried.tally, failed: 0 }, calls].reduce(addTallies, before)
  await warehouse.use((session) =>
    retryTransaction(session, async () => {
      if (!(await queue.doneIn(session, job))) return
      if (await postponeRequest(session, request, tally, clock.now() + waitMs))
        await queue.send(session, [request], waitMs)
    }),
  )
}

/** The months of the request of which the run has nothing more to load are to be seen. */
async function finishMonths({ runId, facts }: QueuedRequest, { warehouse }: Fleet): Promise<void> {
  if (facts === null) return
  const ended = await monthsWithoutRequests(warehouse, runId, facts.report, facts)
  if (ended.size === 0) return
  await finishBuilds(warehouse, ({ report, month }) => report === facts.report && ended.has(month.number))
}
