import { parseRequest, parseTally } from '../load/queue/requests.ts'
import { type News, readRun, readRunRequests } from '../load/queue/summaries.ts'
import { readChecks } from '../load/runs.ts'
import type { Row, Warehouse } from '../load/session.ts'
import { AD_OBJECT_KINDS } from '../model/ad-object.ts'
import type { Clock } from '../model/clock.ts'
import { FACT_TABLE_NAMES } from '../model/fact.ts'
import { toObjectId } from '../model/object-id.ts'
import { sliceCount } from '../model/slice.ts'
import type { SyncEvent } from '../pipeline/sync-event.ts'
import type { SyncSummary } from '../pipeline/sync-summary.ts'
import { readSummary } from './read-summary.ts'
import { restoreError } from './run-sums.ts'

const LOOK_MS = 1_000
/** When nothing has ended for so long, it may be that nobody is at work. */
const LONELY_MS = 20_000
/** Ends are looked for so far back: clocks differ between machines, and a transaction takes its time. */
const OVERLAP_MS = 5 * 60_000

/**
 * Tells what happens in a run that other processes work at, as a sync tells it, and resolves with what it has come to
 * once it is closed. Rejects with the signal's reason; the run goes on without whoever looks at it.
 */
export async function followRun(
  warehouse: Warehouse,
  runId: string,
  clock: Clock,
  onEvent: (event: SyncEvent) => void,
  signal: AbortSignal,
): Promise<SyncSummary> {
  const planned = new Set<unknown>()
  const told = new Set<unknown>()
  let news: News = { endedSinceMs: 0, afterId: 0 }
  const startedMs = clock.now()
  let isLonely = true
  for (;;) {
    const lookedMs = clock.now()
    const run = await readRun(warehouse, runId)
    if (run === null) throw new Error(`There is no run ${runId}.`)
    let { afterId } = news
    for await (const rows of readRunRequests(warehouse, runId, news)) {
      for (const row of rows) {
        afterId = Math.max(afterId, Number(row.request_id))
        if (!planned.has(row.request_id)) {
          planned.add(row.request_id)
          const [request] = parseRequest(row)
          if (request?.facts) onEvent({ type: 'planned', slices: sliceCount(request.facts), requests: 1 })
        }
        if (told.has(row.request_id) || row.status === 'waiting' || row.status === 'blocked') continue
        told.add(row.request_id)
        tellEnd(row, onEvent)
      }
    }
    news = { endedSinceMs: lookedMs - OVERLAP_MS, afterId }
    if (isLonely && told.size === 0 && clock.now() - startedMs > LONELY_MS) {
      isLonely = false
      onEvent({
        type: 'api-warning',
        message: 'Nothing of this run has been done yet. Does a fbads worker run?',
      })
    }
    if (run.status !== 'running') return closed(warehouse, runId, run)
    await clock.sleep(LOOK_MS, signal)
  }
}

function tellEnd(row: Row, onEvent: (event: SyncEvent) => void): void {
  const accountId = toObjectId(row.account_id)
  const [request] = parseRequest(row)
  const error = restoreError(row)
  if (accountId === null) return
  if (request === undefined || request.facts === null) {
    if (error !== null) {
      onEvent({ type: 'account-failed', accountId, error })
      return
    }
    const { metadata, rows } = parseTally(row.outcome)
    for (const kind of AD_OBJECT_KINDS) {
      const records = metadata[kind]
      if (records !== undefined) onEvent({ type: 'metadata', accountId, kind, records })
    }
    for (const [table, counts] of Object.entries(rows)) onEvent({ type: 'dimension-loaded', table, counts })
    return
  }
  const { facts } = request
  const slices = sliceCount(facts)
  if (error !== null) {
    onEvent({ type: 'slices-failed', request: facts, slices, error })
    return
  }
  if (row.status === 'skipped') return
  const { records, rows, unchanged } = parseTally(row.outcome)
  const counts = Object.fromEntries(
    FACT_TABLE_NAMES.flatMap((table) => (rows[table] ? [[table, rows[table]]] : [])),
  )
  onEvent({ type: 'loaded', request: facts, slices, unchanged, records, counts })
}

/** The summary as it was when the run was closed. */
async function closed(warehouse: Warehouse, runId: string, run: Row): Promise<SyncSummary> {
  const { summary } = await readSummary(warehouse, runId)
  const [started, finished] = [run.started_at, run.finished_at]
  const durationMs =
    started instanceof Date && finished instanceof Date
      ? Math.max(0, finished.getTime() - started.getTime())
      : 0
  return { ...summary, durationMs, checks: await readChecks(warehouse, runId) }
}
