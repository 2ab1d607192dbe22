import {
  addDays,
  type CalendarDate,
  createDayIn,
  dayIn,
  daysBetween,
  daysOf,
  earlierOf,
  laterOf,
  monthsBefore,
  parseCalendarDate,
} from '../model/calendar-date.ts'
import type { ObjectId } from '../model/object-id.ts'
import { REPORTS, type ReportName } from '../model/report.ts'
import type { InsightsRequest, LedgerEntry } from '../model/slice.ts'

/** The API keeps insights for 37 months; a day of safety, since its clock and ours may differ. */
const RETENTION_MONTHS = 37

/** The days that a sync was told to read; without them the ledger decides. */
export type AskedDays =
  | { readonly since: CalendarDate; readonly until: CalendarDate }
  /** The last `days` days, today included. */
  | { readonly days: number }

export interface PlanSettings {
  readonly reports: readonly ReportName[]
  /** How far back the first sync reaches, today included. */
  readonly firstPullDays: number
  /** How many of the last days are read again each time, today included. */
  readonly dailyPullDays: number
  /** The most days in one request. */
  readonly chunkDays: number
  /** Whole months before the current one that the warehouse keeps; without it all of them. */
  readonly retentionMonths?: number | null
}

export interface PlannedAccount {
  readonly accountId: ObjectId
  readonly timeZone: string
  readonly ledger: readonly LedgerEntry[]
}

/** The oldest day that the API still answers for. */
export function oldestDay(today: CalendarDate): CalendarDate {
  return addDays(monthsBefore(today, RETENTION_MONTHS), 1)
}

/** The first day of the oldest month that stays: `months` whole ones before the current one do. */
export function oldestKeptDay(today: CalendarDate, months: number): CalendarDate {
  return monthsBefore(parseCalendarDate(`${today.slice(0, 7)}-01`), months)
}

/**
 * What to ask of the API for one ad account, newest days first.
 *
 * Days that were asked for are read whatever the ledger says, within what the API keeps and today, unless they are
 * archived: those come back from their files. Else every slice that is missing, failed, not yet settled or within the
 * last `dailyPullDays`, back to the oldest day of the report's ledger, and `firstPullDays` at least, within the months
 * that the warehouse keeps.
 */
export function planAccount(
  account: PlannedAccount,
  asked: AskedDays | null,
  settings: PlanSettings,
  nowMs: number,
): InsightsRequest[] {
  const today = dayIn(account.timeZone, nowMs)
  return settings.reports
    .flatMap((report) => {
      const entries = account.ledger.filter((entry) => entry.report === report)
      const days = asked
        ? askedDays(asked, entries, today)
        : ledgerDays(account.timeZone, entries, today, settings)
      return toRequests(account.accountId, report, days, settings.chunkDays)
    })
    .sort(newestFirst)
}

/**
 * Orders requests by their newest day, so that the freshest figures arrive first, and those of the same by the pages
 * that they have, so that none of many pages is the last one.
 */
function newestFirst(a: InsightsRequest, b: InsightsRequest): number {
  if (a.until !== b.until) return a.until < b.until ? 1 : -1
  return REPORTS[b.report].breakdowns.length - REPORTS[a.report].breakdowns.length
}

/** How many of the slices that are asked for are in files of the archive, and are not read. */
export function countArchived(
  account: PlannedAccount,
  asked: AskedDays,
  { reports }: Pick<PlanSettings, 'reports'>,
  nowMs: number,
): number {
  const days = new Set(daysAsked(asked, dayIn(account.timeZone, nowMs)))
  return account.ledger.filter(
    ({ status, report, date }) => status === 'archived' && reports.includes(report) && days.has(date),
  ).length
}

function askedDays(asked: AskedDays, entries: readonly LedgerEntry[], today: CalendarDate): CalendarDate[] {
  const archived = new Set(entries.filter(({ status }) => status === 'archived').map(({ date }) => date))
  return daysAsked(asked, today).filter((day) => !archived.has(day))
}

function daysAsked(asked: AskedDays, today: CalendarDate): CalendarDate[] {
  const range = 'days' in asked ? { since: addDays(today, 1 - asked.days), until: today } : asked
  return daysOf(laterOf(range.since, oldestDay(today)), earlierOf(range.until, today))
}

function ledgerDays(
  timeZone: string,
  entries: readonly LedgerEntry[],
  today: CalendarDate,
  settings: PlanSettings,
): CalendarDate[] {
  const dayOf = createDayIn(timeZone)
  const done = new Set(
    entries.filter((entry) => isSettled(entry, dayOf, settings.dailyPullDays)).map((entry) => entry.date),
  )
  const first = addDays(today, 1 - settings.firstPullDays)
  // Back to the oldest day that was ever asked for: a hole stays one until it is filled, however long ago it was.
  const oldestAsked = entries.reduce((oldest, { date }) => earlierOf(oldest, date), first)
  const { retentionMonths = null } = settings
  const oldest =
    retentionMonths === null
      ? oldestDay(today)
      : laterOf(oldestDay(today), oldestKeptDay(today, retentionMonths))
  const since = laterOf(oldestAsked, oldest)
  const recent = addDays(today, 1 - settings.dailyPullDays)
  const left = new Set(entries.filter(({ status }) => hasLeft(status)).map(({ date }) => date))
  return daysOf(since, today).filter((date) => !left.has(date) && (date >= recent || !done.has(date)))
}

/** A slice that has left the warehouse is not read again by itself. */
function hasLeft(status: LedgerEntry['status']): boolean {
  return status === 'archived' || status === 'dropped'
}

/**
 * A loaded slice is settled once it was read after its day had left the lookback: the API restates it no more.
 * A day that was last read while younger is not settled, however long ago that was.
 */
function isSettled(
  entry: LedgerEntry,
  dayOf: (epochMs: number) => CalendarDate,
  lookbackDays: number,
): boolean {
  if (entry.status !== 'loaded' || entry.loadedAtMs === null) return false
  return daysBetween(entry.date, dayOf(entry.loadedAtMs)) >= lookbackDays
}

/** Runs of consecutive days, at most `chunkDays` each, cut from the newest day backwards. */
export function toRequests(
  accountId: ObjectId,
  report: ReportName,
  days: readonly CalendarDate[],
  chunkDays: number,
): InsightsRequest[] {
  const requests: InsightsRequest[] = []
  let until: CalendarDate | null = null
  let since: CalendarDate | null = null
  for (const day of days.toReversed()) {
    const fits = until !== null && since === addDays(day, 1) && daysBetween(day, until) < chunkDays
    if (!fits && until !== null && since !== null) requests.push({ accountId, report, since, until })
    if (!fits) until = day
    since = day
  }
  if (until !== null && since !== null) requests.push({ accountId, report, since, until })
  return requests
}
