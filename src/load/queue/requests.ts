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

export const REQUEST_COLUMNS = `request_id, run_id, source, account_id, kind, report, since, until, priority, postponed`
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
     RETURNING ${REQUEST_COLUMNS}, status`,
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
      `SELECT ${REQUEST_COLUMNS}, (SELECT asked ->> 'traceparent' FROM etl_run r WHERE r.run_id = q.run_id) AS traceparent
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
      `SELECT ${REQUEST_COLUMNS} FROM etl_request q
        WHERE q.status = 'waiting' AND (q.not_before IS NULL OR q.not_before < $1::timestamptz)
          AND q.run_id IN (SELECT r.run_id FROM etl_run r WHERE r.status = 'running' AND r.planned_at < $1::timestamptz
                AND NOT EXISTS (SELECT FROM etl_request e WHERE e.run_id = r.run_id AND e.ended_at >= $1::timestamptz))
        ORDER BY q.request_id LIMIT 50`,
      [new Date(sinceMs).toISOString()],
    ),
  )
  return rows.flatMap(parseRequest)
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
