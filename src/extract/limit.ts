import { type LimitNews, REFUSAL } from '../model/limit-news.ts'
import type { ObjectId } from '../model/object-id.ts'

/** Calls are delayed from here on, and all the more the nearer the limit is. */
export const SLOW_PERCENT = 75
/** Answers of calls that were under way together make one pause, not one each. */
export const SAME_PAUSE_MS = 5_000
/** Others are told from here on, so that they know when they have to slow down. */
const TOLD_PERCENT = SLOW_PERCENT - 10
/** A smaller change is not told: it would delay a call by three seconds more or less at most. */
const TOLD_CHANGE = 3
/** A reading that no later answer has confirmed says nothing any more. */
const READING_TTL_MS = 5 * 60_000
/** Longer than any block of the API, and short enough for every date. */
const LONGEST_MS = 30 * 86_400_000
/** Texts of the API have no bound, news have one. */
const LONGEST_NAME = 64
const LONGEST_REASON = 500

interface Figure {
  readonly value: number
  readonly atMs: number
}

interface Reading extends Figure {
  /** What the other processes know of it; null: nothing yet. */
  readonly told: Figure | null
}

/** The state of one rate limit. */
export interface Limit {
  readonly accountId: ObjectId | null
  /** What its pauses are told of; its readings name theirs. */
  readonly useCase: string
  untilMs: number
  reason: string
  /** Until when people know that it pauses, and until when the other processes know. */
  announcedMs: number
  toldMs: number
  /** Refusals in a row, and until when further ones belong to the last. */
  refusals: Reading
  refusedUntilMs: number
  /** The used share in percent, by the names of the headers' figures. */
  readonly usage: Map<string, Reading>
}

const NEVER: Reading = { value: 0, atMs: 0, told: null }

export function createLimit(accountId: ObjectId | null, useCase: string): Limit {
  return {
    accountId,
    useCase,
    untilMs: 0,
    reason: '',
    announcedMs: 0,
    toldMs: 0,
    refusals: NEVER,
    refusedUntilMs: 0,
    usage: new Map(),
  }
}

/** The highest percentage that was read of it lately. */
export function usedOf(limit: Limit, nowMs: number): number {
  let highest = 0
  for (const { value, atMs } of limit.usage.values())
    if (nowMs - atMs < READING_TTL_MS && value > highest) highest = value
  return highest
}

/** Notes what was read or counted, `toldBy` as in LimitNews. Returns what was known before; null when nothing was. */
export function note(limit: Limit, toldBy: string, value: number, nowMs: number): number | null {
  const known = readingOf(limit, toldBy)
  keep(limit, toldBy, { value, atMs: nowMs, told: known.told })
  return known === NEVER ? null : known.value
}

/** Whether there is anything of it that the other processes do not know and ought to. */
export function isUntold(limit: Limit, toldBy: string, nowMs: number): boolean {
  if (limit.untilMs > nowMs && limit.untilMs >= limit.toldMs + SAME_PAUSE_MS) return true
  const { value, told } = readingOf(limit, toldBy)
  if (toldBy === REFUSAL) return value !== (told?.value ?? 0)
  const ageMs = told === null ? READING_TTL_MS : nowMs - told.atMs
  const known = told === null || ageMs >= READING_TTL_MS ? 0 : told.value
  if (Math.max(value, known) < TOLD_PERCENT) return false
  return Math.abs(value - known) >= TOLD_CHANGE || ageMs >= READING_TTL_MS / 2
}

/** What there is to tell of a limit, by what was read or counted. */
export function toNews(limit: Limit, toldBy: string, app: string, nowMs: number): LimitNews {
  const { accountId, useCase, untilMs, reason } = limit
  const { value, atMs } = readingOf(limit, toldBy)
  const isBlocked = untilMs > nowMs
  return {
    app,
    accountId,
    useCase,
    toldBy: toldBy.slice(0, LONGEST_NAME),
    percent: toldBy === REFUSAL ? 0 : value,
    refusals: toldBy === REFUSAL ? value : 0,
    blockedMs: isBlocked ? Math.min(untilMs - nowMs, LONGEST_MS) : 0,
    reason: isBlocked ? reason.slice(0, LONGEST_REASON) : '',
    // A clock that was set meanwhile would make it older than it is, or younger than nothing.
    ageMs: Math.min(Math.max(nowMs - atMs, 0), LONGEST_MS),
  }
}

/**
 * Takes in what all processes know by now. In whatever order news come, and however often: the latest figure counts,
 * and the latest end of a block. A block that is known is never made shorter.
 */
export function takeNews(limit: Limit, news: LimitNews, nowMs: number): void {
  const { toldBy, reason, blockedMs } = news
  const figure = { value: toldBy === REFUSAL ? news.refusals : news.percent, atMs: nowMs - news.ageMs }
  const known = readingOf(limit, toldBy)
  keep(limit, toldBy, { ...laterOf(known, figure), told: known.told ? laterOf(known.told, figure) : figure })
  if (blockedMs === 0) return
  const untilMs = nowMs + blockedMs
  limit.toldMs = Math.max(limit.toldMs, untilMs)
  if (toldBy === REFUSAL) limit.refusedUntilMs = Math.max(limit.refusedUntilMs, untilMs)
  if (untilMs > limit.untilMs || (untilMs === limit.untilMs && reason > limit.reason)) {
    limit.untilMs = untilMs
    limit.reason = reason
  }
}

function readingOf(limit: Limit, toldBy: string): Reading {
  return toldBy === REFUSAL ? limit.refusals : (limit.usage.get(toldBy) ?? NEVER)
}

function keep(limit: Limit, toldBy: string, reading: Reading): void {
  if (toldBy === REFUSAL) limit.refusals = reading
  else limit.usage.set(toldBy, reading)
}

/** Of two of the same instant the greater one, so that their order does not matter. */
function laterOf(a: Figure, b: Figure): Figure {
  const isLater = b.atMs > a.atMs || (b.atMs === a.atMs && b.value > a.value)
  const { value, atMs } = isLater ? b : a
  return { value, atMs }
}
