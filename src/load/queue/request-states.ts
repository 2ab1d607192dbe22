import type { AdObjectKind } from '../../model/ad-object.ts'
import type { ObjectId } from '../../model/object-id.ts'
import type { QueuedRequest, RequestTally } from '../../model/queued-request.ts'
import type { Session } from '../session.ts'
import { storableText } from '../storable-text.ts'
import { IS_OPEN, parseRequest, REQUEST_COLUMNS } from './requests.ts'

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
      RETURNING ${REQUEST_COLUMNS}`,
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
      WHERE request_id = $1 AND status = 'waiting' RETURNING ${REQUEST_COLUMNS}`,
    [requestId, storableText(error), new Date(nowMs).toISOString()],
  )
  return rows.flatMap(parseRequest)[0] ?? null
}

/**
 * Takes up what failed or was given up of a run: it waits again; what follows the last of an account is blocked while
 * others of the account have to be done again. Returns how many that are, and what may go at once.
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
      WHERE run_id = $1 AND kind <> 'account' AND status IN ('failed', 'skipped') RETURNING ${REQUEST_COLUMNS}, status`,
    [runId],
  )
  const waiting = rows.filter(({ status }) => status === 'waiting').flatMap(parseRequest)
  return { all: rows.length, waiting }
}

function toArray(ids: Iterable<ObjectId>): string {
  return `{${[...ids].join(',')}}`
}
