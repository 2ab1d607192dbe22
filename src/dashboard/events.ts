import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Warehouse } from '../load/session.ts'
import type { Clock } from '../model/clock.ts'
import { Reader } from './reader.ts'
import { sql } from './sql.ts'
import type { SyncControl, SyncState } from './sync-control.ts'

/** What a page is told as it happens. */
export interface LiveEvent {
  /** Changes whenever something was loaded, or a run began or ended: then what is shown is old. */
  readonly revision: string
  /** The newest run, whoever runs it. */
  readonly run: {
    readonly id: string
    readonly status: string
    readonly startedAt: string
    /** Slices that it has loaded, and that have failed in it. */
    readonly loaded: number
    readonly failed: number
    /** When it last recorded a slice; null before. */
    readonly lastSignAt: string | null
  } | null
  /** The sync of this server; null when it runs none. */
  readonly sync: SyncState | null
}

interface Live {
  readonly warehouse: () => Promise<Warehouse>
  readonly clock: Clock
  readonly sync: SyncControl | null
}

/** Syncs run in other processes, too: the ledger is looked at so often while anybody listens. */
const LOOK_EVERY_MS = 2_000

const NEWEST_RUN = sql`
  SELECT r.run_id AS id, r.status, r.started_at, count(s.run_id) FILTER (WHERE s.status = 'loaded') AS loaded,
         count(s.run_id) FILTER (WHERE s.status = 'failed') AS failed, max(s.attempted_at) AS last_sign
  FROM (SELECT * FROM etl_run ORDER BY started_at DESC, run_id DESC LIMIT 1) r
  -- Once a run has ended, its slices need no counting, and theirs is the largest of the small tables.
  LEFT JOIN etl_slice s ON s.run_id = r.run_id AND r.status = 'running'
  GROUP BY r.run_id, r.status, r.started_at`

/** Server-sent events of type `live`, each a LiveEvent, when it differs from the one before. */
export function streamEvents(c: Context, { warehouse, clock, sync }: Live): Response {
  // A proxy that gathers an answer would keep the events.
  c.header('X-Accel-Buffering', 'no')
  return streamSSE(c, async (stream) => {
    const gone = new AbortController()
    stream.onAbort(() => gone.abort())
    let sent = ''
    let wake = () => {}
    const unsubscribe = sync?.subscribe(() => wake())
    try {
      while (!gone.signal.aborted) {
        const data = JSON.stringify(await look(warehouse, sync))
        if (data !== sent) await stream.writeSSE({ event: 'live', data })
        sent = data
        const woken = new Promise<void>((resolve) => {
          wake = resolve
        })
        await Promise.race([woken, clock.sleep(LOOK_EVERY_MS, gone.signal)])
      }
    } catch (error) {
      if (!gone.signal.aborted) throw error
    } finally {
      unsubscribe?.()
    }
  })
}

async function look(warehouse: Live['warehouse'], sync: SyncControl | null): Promise<LiveEvent> {
  const run = await newestRun(warehouse)
  return {
    revision: run ? `${run.id}.${run.status}.${run.loaded}.${run.failed}` : '',
    run,
    sync: sync?.state ?? null,
  }
}

/** Null also while the warehouse cannot be read: what is asked of it for the page says why. */
async function newestRun(warehouse: Live['warehouse']): Promise<LiveEvent['run']> {
  try {
    const [row] = await new Reader(await warehouse()).read(NEWEST_RUN)
    if (row === undefined) return null
    return {
      id: String(row.id),
      status: String(row.status),
      startedAt: toIso(row.started_at) ?? '',
      loaded: Number(row.loaded),
      failed: Number(row.failed),
      lastSignAt: toIso(row.last_sign),
    }
  } catch {
    return null
  }
}

function toIso(value: unknown): string | null {
  return value instanceof Date ? value.toISOString() : null
}
