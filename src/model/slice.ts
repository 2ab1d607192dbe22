import { type CalendarDate, daysBetween } from './calendar-date.ts'
import type { Decimal } from './decimal.ts'
import type { SeenAd } from './dimension.ts'
import type { ClickSource } from './fact.ts'
import type { ObjectId } from './object-id.ts'
import type { ReportName } from './report.ts'

/** The API restates a day until it is so many days old. */
export const LOOKBACK_DAYS = 28

/** One report of one ad account on one day: the unit of load, of the ledger, of resume. */
interface Slice {
  readonly accountId: ObjectId
  readonly report: ReportName
  readonly date: CalendarDate
}

/** Consecutive slices of one report that are asked of the API at once; both ends included. */
export interface InsightsRequest {
  readonly accountId: ObjectId
  readonly report: ReportName
  readonly since: CalendarDate
  readonly until: CalendarDate
}

/** How many slices a request asks for. */
export function sliceCount({ since, until }: InsightsRequest): number {
  return daysBetween(since, until) + 1
}

/** The first and last day of any of the requests; null without requests. */
export function rangeOf(
  requests: readonly InsightsRequest[],
): { readonly since: CalendarDate; readonly until: CalendarDate } | null {
  const days = requests.flatMap(({ since, until }) => [since, until]).sort()
  const [since, until] = [days.at(0), days.at(-1)]
  return since === undefined || until === undefined ? null : { since, until }
}

/**
 * What became of a slice: its facts are in the warehouse, could not be read, are in files of the archive, or are gone
 * since nobody needs them.
 */
export const SLICE_STATUSES = ['loaded', 'failed', 'archived', 'dropped'] as const

/** What the ledger knows of a slice. */
export interface LedgerEntry extends Slice {
  readonly status: (typeof SLICE_STATUSES)[number]
  /** When its facts were last written, in ms since the epoch; null when never. */
  readonly loadedAtMs: number | null
}

/** A source row that cannot be understood. It is kept, with its reason; the rest of its slice loads. */
export interface Reject {
  readonly reason: string
  readonly payload: unknown
  /** How many it stands for; more than one when they were too many to keep each. */
  readonly sourceRows: number
}

/** What transforming all records of a request has taught, besides the rows themselves. */
export interface RequestOutcome {
  /** Source rows understood, by day; a day without rows is absent. */
  readonly rowCounts: ReadonlyMap<CalendarDate, number>
  /** The source of `clicks` for each day; absent when no row of that day carries a click field. */
  readonly clickSources: ReadonlyMap<CalendarDate, ClickSource>
  readonly seenAds: readonly SeenAd[]
  readonly rejects: readonly Reject[]
}

/** The API's own total for one ad account and day (`level=account`), archived and deleted ads included. */
export interface AccountTotal {
  readonly accountId: ObjectId
  readonly date: CalendarDate
  readonly spend: Decimal
  readonly impressions: Decimal
  /** Clicks (all), the API's `clicks`. */
  readonly clicks: Decimal
}
