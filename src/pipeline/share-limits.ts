import type { SharedLimits } from '../extract/shared-limits.ts'
import { type LimitExchange, openLimitExchange } from '../load/limit-exchange.ts'
import type { Warehouse } from '../load/session.ts'
import type { Clock } from '../model/clock.ts'
import type { LimitNews } from '../model/limit-news.ts'
import { createBell } from './bell.ts'
import { toError } from './to-error.ts'

/** The sharing of what is learned of the API's rate limits with all processes of the same warehouse. */
export interface LimitSharing {
  /** Resolves when what the others know is known here, or cannot be learned soon. */
  readonly known: Promise<void>
  /** Tells what is still untold, and ends. Neither rejects nor waits for long; a second call does nothing. */
  close(): Promise<void>
}

/**
 * What is learned within so short a time is told together. Each process waits for another part of it, so that of many
 * that learn the same at once the first one tells it, and the others then have nothing to tell.
 */
const GATHER_MS = 500
/** When nothing is told for so long, the table is read: it shows that the connection lives. */
const READ_AGAIN_MS = 60_000
const FIRST_RETRY_MS = 250
const LAST_RETRY_MS = 30_000
/** A first sync makes the table after it has begun, and many a server is back after a moment. */
const SILENT_FAILURES = 5
/** How long calls wait for what others know, and the end of a sync for what it has to tell. */
const PATIENCE_MS = 2_000

/**
 * Shares `limits`, one for each app, over a connection of its own to a PostgreSQL server, opened beside and again when
 * it is lost. Whatever befalls it, syncs go on with what they know; `onTrouble` is called once when it lasts. The
 * embedded warehouse has one process, and nobody to share with.
 */
export function shareLimits(
  limits: readonly SharedLimits[],
  warehouse: Warehouse,
  clock: Pick<Clock, 'now' | 'random'>,
  onTrouble: (error: Error) => void,
): LimitSharing {
  if (warehouse.kind === 'pglite') return { known: Promise.resolve(), close: async () => undefined }
  const bell = createBell()
  const known = Promise.withResolvers<void>()
  const closing = Promise.withResolvers<void>()
  let isClosed = false
  let failures = 0
  /** Each as of the moment when it is told, so that what changes meanwhile is told once, or not at all. */
  let untold = new Map<string, (nowMs: number) => LimitNews | null>()

  const forget = limits.map((shared) =>
    shared.onLearned((limit, toldBy) => {
      const key = [shared.appKey, limit.useCase, limit.accountId, toldBy].join(' ')
      untold.set(key, (nowMs) => shared.newsOf(limit, toldBy, nowMs))
      bell.ring()
    }),
  )

  function take(news: LimitNews, nowMs = clock.now()): void {
    for (const shared of limits) shared.take(news, nowMs)
  }

  async function tell(exchange: LimitExchange): Promise<void> {
    if (untold.size === 0) return
    const nowMs = clock.now()
    const learned = untold
    untold = new Map()
    const news = [...learned.values()].flatMap((toNews) => toNews(nowMs) ?? [])
    if (news.length === 0) return
    try {
      await exchange.tell(news)
    } catch (error) {
      untold = new Map([...learned, ...untold])
      throw error
    }
    for (const told of news) take(told, nowMs)
  }

  /** One connection, from its beginning to its end. */
  async function converse(): Promise<void> {
    let hasEnded = false
    const onEnd = () => {
      hasEnded = true
      bell.ring()
    }
    const apps = limits.map(({ appKey }) => appKey)
    const exchange = await openLimitExchange(warehouse, apps, (news) => take(news), onEnd)
    try {
      while (!isClosed && !hasEnded) {
        for (const news of await exchange.read()) take(news)
        known.resolve()
        failures = 0
        await tell(exchange)
        while (!isClosed && !hasEnded && (await bell.wait(READ_AGAIN_MS))) {
          await within(GATHER_MS * clock.random(), closing.promise)
          await tell(exchange)
        }
      }
      if (!hasEnded) await tell(exchange)
    } finally {
      await exchange.close()
    }
  }

  async function run(): Promise<void> {
    while (!isClosed) {
      try {
        await converse()
      } catch (error) {
        failures += 1
        if (failures === SILENT_FAILURES && !isClosed) onTrouble(toError(error))
      }
      known.resolve()
      const retryMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures)
      // Not all processes at once after a restart of the server.
      await within(retryMs * (0.5 + clock.random() / 2), closing.promise)
    }
  }

  const ended = run()
  return {
    known: within(PATIENCE_MS, known.promise),
    async close() {
      isClosed = true
      for (const end of forget) end()
      closing.resolve()
      bell.ring()
      await within(PATIENCE_MS, ended)
    },
  }
}

/** Resolves with `promise`, or after `ms`. */
async function within(ms: number, promise: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<void>()
  const timer = setTimeout(late.resolve, ms)
  await Promise.race([promise, late.promise])
  clearTimeout(timer)
}
