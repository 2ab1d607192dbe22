import { type LimitNews, REFUSAL } from '../model/limit-news.ts'
import type { ObjectId } from '../model/object-id.ts'

/** Calls are delayed from here on, and all the more the nearer the limit is. */
export const SLOW_PERCENT = 75
/** Others are told from here on, so that they know when they have to slow down. */
const TOLD_PERCENT = SLOW_PERCENT - 10
/** A change that is smaller would change the delay of a call by a second at most. */
const TOLD_CHANGE = 3
/** A reading that no later answer has confirmed says nothing any more. */
const READING_TTL_MS = 5 * 60_000
/** Longer than any block of the API, and short enough for every date. */
const LONGEST_MS = 30 * 86_400_000
/** The API's texts have no bound, news have one. */
const LONGEST_NAME = 64
const LONGEST_REASON = 500

interface Figure {
  readonly percent: number
  readonly atMs: number
}

interface Reading extends Figure {
  /** What all who share the limit know, from us or from another; null: nothing yet. */
  readonly told: Figure | null
}

/** The state of one rate limit. */
export interface Limit {
  readonly accountId: ObjectId | null
  /** What its pauses are told of; its readings name theirs. */
  readonly useCase: string
  untilMs: number
  reason: string
  /** Up to when people know of the pause; that of another process's news is told when a call meets it. */
  announcedMs: number
  /** Refusals in a row, when the last of them or its end was learned, and until when further ones belong to it. */
  refusals: number
  refusedAtMs: number
  refusedUntilMs: number
  /** By the names of the headers' figures. */
  readonly usage: Map<string, Reading>
}

export function createLimit(accountId: ObjectId | null, useCase: string): Limit {
  return {
    accountId,
    useCase,
    untilMs: 0,
    reason: '',
    announcedMs: 0,
    refusals: 0,
    refusedAtMs: 0,
    refusedUntilMs: 0,
    usage: new Map(),
  }
}

/** The highest percentage that was read of it lately. */
export function usedOf(limit: Limit, nowMs: number): number {
  let highest = 0
  for (const { percent, atMs } of limit.usage.values())
    if (nowMs - atMs < READING_TTL_MS && percent > highest) highest = percent
  return highest
}

/** Notes a figure of the headers. Returns what was read before, and whether others ought to know the new one. */
export function noteReading(
  limit: Limit,
  name: string,
  percent: number,
  nowMs: number,
): { readonly before: number | null; readonly isNews: boolean } {
  const known = limit.usage.get(name)
  const told = known?.told ?? null
  const isNews = isWorthTelling(percent, told, nowMs)
  limit.usage.set(name, { percent, atMs: nowMs, told: isNews ? { percent, atMs: nowMs } : told })
  return { before: known?.percent ?? null, isNews }
}

function isWorthTelling(percent: number, told: Figure | null, nowMs: number): boolean {
  const ageMs = told === null ? Number.POSITIVE_INFINITY : nowMs - told.atMs
  const known = told === null || ageMs >= READING_TTL_MS ? 0 : told.percent
  if (Math.max(percent, known) < TOLD_PERCENT) return false
  return Math.abs(percent - known) >= TOLD_CHANGE || ageMs >= READING_TTL_MS / 2
}

/** What there is to tell of a limit, by the figure that has changed or by its refusals. */
export function toNews(limit: Limit, toldBy: string, app: string, nowMs: number): LimitNews {
  const { accountId, useCase, untilMs, reason } = limit
  const { percent, atMs } = limit.usage.get(toldBy) ?? { percent: 0, atMs: limit.refusedAtMs }
  const isBlocked = untilMs > nowMs
  return {
    app,
    accountId,
    useCase,
    toldBy: toldBy.slice(0, LONGEST_NAME),
    percent,
    refusals: toldBy === REFUSAL ? limit.refusals : 0,
    blockedMs: isBlocked ? Math.min(untilMs - nowMs, LONGEST_MS) : 0,
    reason: isBlocked ? reason.slice(0, LONGEST_REASON) : '',
    // A clock that was set meanwhile would make it older than it is, or younger than nothing.
    ageMs: Math.min(Math.max(nowMs - atMs, 0), LONGEST_MS),
  }
}

/**
 * Takes in what another process has learned. In whatever order news come, and however often: the latest figure counts,
 * and the latest end of a block. A block that is known is never made shorter.
 */
export function takeNews(limit: Limit, news: LimitNews, nowMs: number): void {
  const atMs = nowMs - news.ageMs
  const untilMs = nowMs + news.blockedMs
  if (news.toldBy === REFUSAL) {
    if (isLater(news.refusals, atMs, limit.refusals, limit.refusedAtMs)) {
      limit.refusals = news.refusals
      limit.refusedAtMs = atMs
    }
    if (news.blockedMs > 0) limit.refusedUntilMs = Math.max(limit.refusedUntilMs, untilMs)
  } else {
    const figure = { percent: news.percent, atMs }
    const known = limit.usage.get(news.toldBy)
    const told = laterOf(known?.told, figure)
    limit.usage.set(news.toldBy, { ...laterOf(known, figure), told })
  }
  if (news.blockedMs > 0 && isLater(news.reason, untilMs, limit.reason, limit.untilMs)) {
    limit.untilMs = untilMs
    limit.reason = news.reason
  }
}

function laterOf(known: Figure | null | undefined, figure: Figure): Figure {
  if (known && !isLater(figure.percent, figure.atMs, known.percent, known.atMs))
    return { percent: known.percent, atMs: known.atMs }
  return figure
}

/** Of two at the same instant the greater counts, so that their order does not matter. */
function isLater<T extends number | string>(value: T, ms: number, known: T, knownMs: number): boolean {
  return ms > knownMs || (ms === knownMs && value > known)
}
