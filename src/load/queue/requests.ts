import type { AdObjectKind } from '../../model/ad-object.ts'
import { type CalendarDate, parseCalendarDate } from '../../model/calendar-date.ts'
import { type ObjectId, toObjectId } from '../../model/object-id.ts'
import {
  NO_TALLY,
  type PlannedRequest,
  type QueuedRequest,
  type RequestKind,
  type RequestTally,
} from '../../model/queued-request.ts'
import { isReportName } from '../../model/report.ts'
import type { Row, Session, Warehouse } from '../session.ts'
import { storableText } from '../storable-text.ts'

const COLUMNS = `request_id, run_id, source, account_id, kind, report, since, until, priority, postponed`
export const IS_OPEN = `status IN ('blocked', 'waiting')`

/** Notes the requests of an account, and returns those that may go at once: `rest` is blocked until they have ended. */
export async function insertRequests(
  session: Session,
  runId: string,
  planned: readonly PlannedRequest[],
): Promise<QueuedRequest[]> {
  const rows = planned.map(({ source, accountId, kind, facts, priority }) => ({
    source,
    account_id: accountId,
    kind,
    report: facts?.report ?? null,
    since: facts?.since ?? null,
    until: facts?.until ?? null,
    priority,
    status: kind === 'rest' ? 'blocked' : 'waiting',
  }))
  const inserted = await session.query(
    `INSERT INTO etl_request (run_id, source, account_id, kind, report, since, until, priority, status)
     SELECT $1::bigint, r.source, r.account_id, r.kind, r.report, r.since, r.until, r.priority, r.status
       FROM json_to_recordset($2::json) AS r (source text, account_id bigint, kind text, report text, since date,
                                              until date, priority integer, status text)
     RETURNING ${COLUMNS}, status`,
    [runId, JSON.stringify(rows)],
  )
  return inserted.filter(({ status }) => status === 'waiting').flatMap(parseRequest)
}

/** Notes that an account cannot be synced by a run. */
export async function insertFailedAccount(
  warehouse: Warehouse,
  runId: string,
  { source, accountId, error, errorKind, nowMs }: FailedAccount,
): Promise<void> {
  await warehouse.use((session) =>
    session.query(
      `INSERT INTO etl_request (run_id, source, account_id, kind, priority, status, error, error_kind, ended_at)
       VALUES ($1, $2, $3, 'account', 0, 'failed', $4, $5, $6)`,
      [runId, source, accountId, storableText(error), errorKind, new Date(nowMs).toISOString()],
    ),
  )
}

interface FailedAccount {
  readonly source: string
  readonly accountId: ObjectId
  readonly error: string
  readonly errorKind: string | null
  readonly nowMs: number
}

/** The request while it waits; null when it has ended, or is unknown. */
export async function readWaiting(warehouse: Warehouse, requestId: string): Promise<QueuedRequest | null> {
  const rows = await warehouse.use((session) =>
    session.query(
      `SELECT ${COLUMNS}, (SELECT asked ->> 'traceparent' FROM etl_run r WHERE r.run_id = q.run_id) AS traceparent
         FROM etl_request q WHERE request_id = $1 AND status = 'waiting'`,
      [requestId],
    ),
  )
  return rows.flatMap(parseRequest)[0] ?? null
}

/** Requests of runs in which nothing has ended for so long that could have been at work: their jobs may be lost. */
export async function readStalled(warehouse: Warehouse, sinceMs: number): Promise<QueuedRequest[]> {
  const rows = await warehouse.use((session) =>
    session.query(
      `SELECT ${COLUMNS} FROM etl_request q
        WHERE q.status = 'waiting' AND (q.not_before IS NULL OR q.not_before < $1::timestamptz)
          AND q.run_id IN (SELECT r.run_id FROM etl_run r WHERE r.status = 'running' AND r.planned_at < $1::timestamptz
                AND NOT EXISTS (SELECT FROM etl_request e WHERE e.run_id = r.run_id AND e.ended_at >= $1::timestamptz))
        ORDER BY q.request_id LIMIT 50`,
      [new Date(sinceMs).toISOString()],
    ),
  )
  return rows.flatMap(parseRequest)
}

/** How a request ended. */
export interface RequestEnd {
  readonly status: 'done' | 'failed'
  readonly tally: RequestTally
  /** Ids that its records named. */
  readonly seen: Readonly<Record<AdObjectKind, Iterable<ObjectId>>>
  /** For people, without secrets. */
  readonly error: string | null
  readonly errorKind: string | null
}

/**
 * Notes the end of a request, in a transaction of its own. False when somebody else has ended it before. Of the ids
 * it keeps those that no request of its account has kept yet.
 */
export async function endRequest(
  session: Session,
  request: QueuedRequest,
  end: RequestEnd,
  nowMs: number,
): Promise<boolean> {
  const { requestId, runId, accountId } = request
  const ids = (column: string, n: number) =>
    `${column} = (SELECT array_agg(s.id) FROM (
       SELECT unnest($${n}::bigint[]) EXCEPT
       SELECT unnest(o.${column}) FROM etl_request o WHERE o.run_id = $2 AND o.account_id = $3) s (id))`
  const ended = await session.query(
    `UPDATE etl_request SET status = $4, outcome = $5::jsonb, error = $6, error_kind = $7, ended_at = $8::timestamptz,
            not_before = NULL, ${ids('seen_campaigns', 9)}, ${ids('seen_adsets', 10)}, ${ids('seen_ads', 11)}
      WHERE request_id = $1 AND run_id = $2 AND account_id = $3 AND status = 'waiting' RETURNING request_id`,
    [
      requestId,
      runId,
      accountId,
      end.status,
      JSON.stringify(end.tally),
      end.error === null ? null : storableText(end.error),
      end.errorKind,
      new Date(nowMs).toISOString(),
      toArray(end.seen.campaign),
      toArray(end.seen.adset),
      toArray(end.seen.ad),
    ],
  )
  return ended.length > 0
}

/** The request that follows the last of its account; null while another is open, or when there is none. */
export async function unblockRest(
  session: Session,
  { runId, accountId }: QueuedRequest,
): Promise<QueuedRequest | null> {
  // Who comes second waits here, and then sees what the first has ended.
  const blocked = await session.query(
    `SELECT request_id FROM etl_request WHERE run_id = $1 AND account_id = $2 AND kind = 'rest' AND status = 'blocked'
      FOR UPDATE`,
    [runId, accountId],
  )
  if (blocked.length === 0) return null
  const rows = await session.query(
    `UPDATE etl_request SET status = 'waiting' WHERE request_id = $3
        AND NOT EXISTS (SELECT FROM etl_request o WHERE o.run_id = $1 AND o.account_id = $2 AND o.status = 'waiting')
      RETURNING ${COLUMNS}`,
    [runId, accountId, blocked[0]?.request_id],
  )
  return rows.flatMap(parseRequest)[0] ?? null
}

/** Puts a request off; what its try has taught is kept. False when it has ended meanwhile. */
export async function postponeRequest(
  session: Session,
  { requestId }: QueuedRequest,
  tally: RequestTally,
  untilMs: number,
): Promise<boolean> {
  const rows = await session.query(
    `UPDATE etl_request SET postponed = postponed + 1, not_before = $2::timestamptz, outcome = $3::jsonb
      WHERE request_id = $1 AND status = 'waiting' RETURNING request_id`,
    [requestId, new Date(untilMs).toISOString(), JSON.stringify(tally)],
  )
  return rows.length > 0
}

/** The days of the account in the run, whose totals are to be read; null when its core facts are not asked for. */
export async function readTotalsRange(
  warehouse: Warehouse,
  { runId, accountId }: QueuedRequest,
): Promise<{ since: CalendarDate; until: CalendarDate } | null> {
  const [row] = await warehouse.use((session) =>
    session.query(
      `SELECT min(since) AS since, max(until) AS until FROM etl_request
        WHERE run_id = $1 AND account_id = $2 AND kind = 'facts' HAVING bool_or(report = 'core')`,
      [runId, accountId],
    ),
  )
  return row === undefined
    ? null
    : { since: parseCalendarDate(String(row.since)), until: parseCalendarDate(String(row.until)) }
}

/** What earlier tries of a request have read and written. */
export async function readTally(warehouse: Warehouse, requestId: string): Promise<RequestTally> {
  const [row] = await warehouse.use((session) =>
    session.query('SELECT outcome FROM etl_request WHERE request_id = $1', [requestId]),
  )
  return parseTally(row?.outcome)
}

/** Gives up what is open of an account, or of all accounts of a token. */
export async function skipRequests(
  session: Session,
  { runId, source, accountId }: QueuedRequest,
  whose: 'account' | 'source',
  nowMs: number,
): Promise<void> {
  await session.query(
    `UPDATE etl_request SET status = 'skipped', ended_at = $4::timestamptz, not_before = NULL
      WHERE run_id = $1 AND ${IS_OPEN} AND source = $2 AND ($3::bigint IS NULL OR account_id = $3::bigint)`,
    [runId, source, whose === 'account' ? accountId : null, new Date(nowMs).toISOString()],
  )
}

/** Marks requests as failed whose jobs the queue has given up. */
export async function failWaiting(
  session: Session,
  requestId: string,
  error: string,
  nowMs: number,
): Promise<QueuedRequest | null> {
  const rows = await session.query(
    `UPDATE etl_request SET status = 'failed', error = $2, ended_at = $3::timestamptz, not_before = NULL
      WHERE request_id = $1 AND status = 'waiting' RETURNING ${COLUMNS}`,
    [requestId, storableText(error), new Date(nowMs).toISOString()],
  )
  return rows.flatMap(parseRequest)[0] ?? null
}

/**
 * Takes up what failed or was given up of a run: it waits again; what follows the last of an account is blocked while
 * others of the account have to be done again. Returns how many
 * that are, and what may go at once.
 */
export async function reopenRequests(
  session: Session,
  runId: string,
): Promise<{ readonly all: number; readonly waiting: readonly QueuedRequest[] }> {
  const rows = await session.query(
    `UPDATE etl_request q SET error = NULL, error_kind = NULL, ended_at = NULL, postponed = 0, not_before = NULL,
            status = CASE WHEN kind = 'rest' AND EXISTS (
              SELECT FROM etl_request o WHERE o.run_id = q.run_id AND o.account_id = q.account_id
                 AND o.kind IN ('facts', 'objects') AND o.status <> 'done') THEN 'blocked' ELSE 'waiting' END
      WHERE run_id = $1 AND kind <> 'account' AND status IN ('failed', 'skipped') RETURNING ${COLUMNS}, status`,
    [runId],
  )
  const waiting = rows.filter(({ status }) => status === 'waiting').flatMap(parseRequest)
  return { all: rows.length, waiting }
}

export function parseTally(value: unknown): RequestTally {
  return typeof value === 'object' && value !== null ? { ...NO_TALLY, ...value } : NO_TALLY
}

export function parseRequest(row: Row): QueuedRequest[] {
  const accountId = toObjectId(row.account_id)
  const report = String(row.report)
  const kind = toKind(row.kind)
  if (accountId === null || kind === null || (kind === 'facts' && !isReportName(report))) return []
  const [since, until] = [row.since, row.until]
  return [
    {
      requestId: String(row.request_id),
      runId: String(row.run_id),
      source: String(row.source),
      accountId,
      kind,
      facts: isReportName(report)
        ? {
            accountId,
            report,
            since: parseCalendarDate(String(since)),
            until: parseCalendarDate(String(until)),
          }
        : null,
      priority: Number(row.priority),
      postponed: Number(row.postponed),
      traceparent: typeof row.traceparent === 'string' ? row.traceparent : null,
    },
  ]
}

function toKind(value: unknown): RequestKind | null {
  return value === 'facts' || value === 'objects' || value === 'rest' ? value : null
}

function toArray(ids: Iterable<ObjectId>): string {
  return `{${[...ids].join(',')}}`
}
