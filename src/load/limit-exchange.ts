import type { LimitNews } from '../model/limit-news.ts'
import { forgetLimits, limitChannel, parseLimitNews, readLimits, saveLimits } from './limits.ts'
import type { Session, Warehouse } from './session.ts'

/** A connection of its own, over which a process tells the others of a schema what it has learned of rate limits. */
export interface LimitExchange {
  /** Keeps the news, and tells all others. Throws when the connection is lost. */
  tell(news: readonly LimitNews[]): Promise<void>
  /** What is known and may still matter. Throws when the connection is lost. */
  read(): Promise<LimitNews[]>
  close(): Promise<void>
}

/** A connection that does not answer for so long is lost, whatever TCP thinks of it. */
const ANSWER_MS = 10_000

/**
 * Opens it on a PostgreSQL server. From then on `onNews` is called with what others learn of the limits of `apps`, and
 * `onEnd` once the connection has ended. Throws DatabaseError, or PostgreSQL's error while there is no `etl_limit`.
 */
export async function openLimitExchange(
  warehouse: Warehouse,
  apps: readonly string[],
  onNews: (news: LimitNews) => void,
  onEnd: () => void,
): Promise<LimitExchange> {
  const channel = limitChannel(warehouse.schema)
  const lease = await warehouse.lease()
  const ask = <T>(body: (session: Session) => Promise<T>) => answered(lease.use(body))
  const onPayload = (payload: string) => {
    const news = parseLimitNews(payload)
    if (news !== null && apps.includes(news.app)) onNews(news)
  }
  try {
    await answered(lease.listen(channel, onPayload, onEnd))
    await ask(forgetLimits)
  } catch (error) {
    await lease.release()
    throw error
  }
  return {
    tell: (news) => ask((session) => saveLimits(session, channel, news)),
    read: () => ask((session) => readLimits(session, apps)),
    close: () => lease.release(),
  }
}

async function answered<T>(answer: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${ANSWER_MS / 1000} s`)), ANSWER_MS)
  try {
    return await Promise.race([answer, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
