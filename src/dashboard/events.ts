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
  /** A run under way, whoever runs it; else the newest. */
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

/** A connection over which nothing goes is cut by proxies, and one whose other end is gone is not noticed. */
const BEAT_EVERY_MS = 25_000

/** Every run under way (one that died stays so: for a day), and the newest of all. */
const RUNS = sql`
  SELECT r.run_id AS id, r.status, r.started_at, count(s.run_id) FILTER (WHERE s.status = 'loaded') AS loaded,
         count(s.run_id) FILTER (WHERE s.status = 'failed') AS failed, max(s.attempted_at) AS last_sign
  FROM (
    (SELECT * FROM etl_run ORDER BY started_at DESC, run_id DESC LIMIT 1)
    UNION
    (SELECT * FROM etl_run WHERE status = 'running' AND started_at > now() - interval '1 day')
  ) r
  -- Once a run has ended, its slices need no counting, and theirs is the largest of the small tables.
  LEFT JOIN etl_slice s ON s.run_id = r.run_id AND r.status = 'running'
  GROUP BY r.run_id, r.status, r.started_at
  ORDER BY r.status = 'running' DESC, r.started_at DESC, r.run_id DESC`

/** Server-sent events of type `live`, each a LiveEvent, when it differs from the one before. */
export function streamEvents(c: Context, { warehouse, clock, sync }: Live): Response {
  // A proxy that gathers an answer would keep the events.
  c.header('X-Accel-Buffering', 'no')
  return streamSSE(c, async (stream) => {
    const gone = new AbortController()
    stream.onAbort(() => gone.abort())
    let sent = ''
    let runs: readonly Run[] = []
    let lookAtMs = 0
    let beatAtMs = clock.now() + BEAT_EVERY_MS
    let wake = () => {}
    // What this server’s own sync does is known without asking the database, which is busy with it.
    const unsubscribe = sync?.subscribe(() => wake())
    try {
      while (!gone.signal.aborted) {
        if (clock.now() >= lookAtMs) {
          runs = await readRuns(warehouse)
          lookAtMs = clock.now() + LOOK_EVERY_MS
        }
        const data = JSON.stringify(toEvent(runs, sync))
        if (data !== sent) await stream.writeSSE({ event: 'live', data })
        else if (clock.now() >= beatAtMs) await stream.write(': still here\n\n')
        if (data !== sent || clock.now() >= beatAtMs) beatAtMs = clock.now() + BEAT_EVERY_MS
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

type Run = NonNullable<LiveEvent['run']>

function toEvent(runs: readonly Run[], sync: SyncControl | null): LiveEvent {
  const revision = runs.map(({ id, status, loaded, failed }) => `${id}.${status}.${loaded}.${failed}`)
  return { revision: revision.join(' '), run: runs[0] ?? null, sync: sync?.state ?? null }
}

/** None also while the warehouse cannot be read: what is asked of it for the page says why. */
async function readRuns(warehouse: Live['warehouse']): Promise<Run[]> {
  try {
    const rows = await new Reader(await warehouse()).read(RUNS)
    return rows.map((row) => ({
      id: String(row.id),
      status: String(row.status),
      startedAt: toIso(row.started_at) ?? '',
      loaded: Number(row.loaded),
      failed: Number(row.failed),
      lastSignAt: toIso(row.last_sign),
    }))
  } catch {
    return []
  }
}

function toIso(value: unknown): string | null {
  return value instanceof Date ? value.toISOString() : null
}
