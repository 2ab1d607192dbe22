import { createHash } from 'node:crypto'
import { isJsonObject } from '../model/exact-json.ts'
import type { LimitNews } from '../model/limit-news.ts'
import { toObjectId, UNKNOWN_ID } from '../model/object-id.ts'
import type { Session } from './session.ts'
import { storableText } from './storable-text.ts'

/** A row as news of now: the database's clock counts what has passed, whatever those of the processes say. */
const NEWS = `json_build_object(
    'app', app, 'accountId', nullif(account_id, 0)::text, 'useCase', use_case, 'toldBy', told_by,
    'percent', percent, 'refusals', refusals,
    'blockedMs', coalesce(greatest(round(extract(epoch FROM blocked_until - clock_timestamp()) * 1000), 0), 0),
    'reason', coalesce(reason, ''),
    'ageMs', greatest(round(extract(epoch FROM clock_timestamp() - learned_at) * 1000), 0))::text`

/** The channel on which the processes of one schema hear of news; names of channels have 63 bytes, as those of schemas. */
export function limitChannel(schema: string): string {
  return `fbads_limit_${createHash('sha256').update(schema).digest('hex').slice(0, 16)}`
}

/**
 * Keeps news, and sends each row as it then stands to all who listen to `channel`: of figures the latest stays, of blocks
 * that which ends last.
 */
export async function saveLimits(
  session: Session,
  channel: string,
  news: readonly LimitNews[],
): Promise<void> {
  const list = <T>(of: (one: LimitNews) => T) => news.map(of)
  await session.query(
    `WITH saved AS (
       INSERT INTO etl_limit AS l
              (app, account_id, use_case, told_by, percent, refusals, blocked_until, reason, learned_at)
       SELECT DISTINCT ON (app, account_id, use_case, told_by) app, account_id, use_case, told_by, percent, refusals,
              CASE WHEN blocked_ms > 0 THEN clock_timestamp() + blocked_ms * interval '1 millisecond' END,
              nullif(reason, ''), clock_timestamp() - age_ms * interval '1 millisecond'
         FROM unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::numeric[], $7::integer[], $8::float8[],
                     $9::text[], $10::float8[])
           AS t (app, account_id, use_case, told_by, percent, refusals, blocked_ms, reason, age_ms)
        ORDER BY app, account_id, use_case, told_by, age_ms
       ON CONFLICT (app, account_id, use_case, told_by) DO UPDATE SET
         percent = CASE WHEN excluded.learned_at >= l.learned_at THEN excluded.percent ELSE l.percent END,
         refusals = CASE WHEN excluded.learned_at >= l.learned_at THEN excluded.refusals ELSE l.refusals END,
         reason = CASE WHEN excluded.blocked_until > coalesce(l.blocked_until, '-infinity') THEN excluded.reason
                       ELSE l.reason END,
         blocked_until = greatest(l.blocked_until, excluded.blocked_until),
         learned_at = greatest(l.learned_at, excluded.learned_at)
       RETURNING l.*
     )
     SELECT pg_notify($1, ${NEWS}) FROM saved`,
    [
      channel,
      list(({ app }) => storableText(app)),
      list(({ accountId }) => accountId ?? UNKNOWN_ID),
      list(({ useCase }) => useCase),
      list(({ toldBy }) => storableText(toldBy)),
      list(({ percent }) => String(percent)),
      list(({ refusals }) => refusals),
      list(({ blockedMs }) => blockedMs),
      list(({ reason }) => storableText(reason)),
      list(({ ageMs }) => ageMs),
    ],
  )
}

/** What is known of the limits of `apps` and may still matter. */
export async function readLimits(session: Session, apps: readonly string[]): Promise<LimitNews[]> {
  const rows = await session.query(
    `SELECT ${NEWS} AS news FROM etl_limit
      WHERE app = ANY($1::text[])
        AND (blocked_until > clock_timestamp() OR learned_at > clock_timestamp() - interval '1 hour')`,
    [apps.map(storableText)],
  )
  return rows.flatMap(({ news }) => parseLimitNews(String(news)) ?? [])
}

/** Forgets what nobody has learned anything of for a month, such as the limits of tokens that are no longer used. */
export async function forgetLimits(session: Session): Promise<void> {
  await session.query(
    `DELETE FROM etl_limit
      WHERE learned_at < clock_timestamp() - interval '30 days'
        AND coalesce(blocked_until < clock_timestamp(), true)`,
  )
}

/** News as `saveLimits` sends them; null for what is none. */
export function parseLimitNews(payload: string): LimitNews | null {
  const news = parseJson(payload)
  if (!isJsonObject(news)) return null
  const accountId = toObjectId(news.accountId)
  const { percent, refusals, blockedMs, ageMs } = news
  if (accountId === null && news.accountId !== null) return null
  if (!isAmount(percent) || !isAmount(refusals) || !isAmount(blockedMs) || !isAmount(ageMs)) return null
  return {
    app: String(news.app),
    accountId,
    useCase: String(news.useCase),
    toldBy: String(news.toldBy),
    percent,
    refusals,
    blockedMs,
    reason: String(news.reason),
    ageMs,
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0
}
