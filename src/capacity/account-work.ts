import { TOTALS_DAYS } from '../extract/account-totals.ts'
import { OBJECTS_LIMIT } from '../extract/ad-objects.ts'
import { MAX_BATCH } from '../extract/batch.ts'
import type { UseCase } from '../extract/shared-limits.ts'
import { parseAccountId } from '../model/object-id.ts'
import type { ReportName } from '../model/report.ts'
import { sliceCount } from '../model/slice.ts'
import { planAccount } from '../pipeline/plan.ts'
import { LARGEST } from '../pipeline/request-size.ts'
import type { Fleet } from './fleet.ts'
import { COSTS, OBJECTS_PER_AD, RECORDS, UNLISTED_SHARE } from './measured-costs.ts'

/** Calls of which each begins when the answer to the one before has been taken, and what their rows cost. */
export interface RequestWork {
  readonly useCase: UseCase
  readonly calls: number
  /** Each call's for the rate limits: more than one for a batch. */
  readonly points: number
  /** CPU time of the worker for each answer. */
  readonly workerMs: number
  /** CPU time of the database for all of it. */
  readonly databaseMs: number
  /** What there is to wait for at its end besides. */
  readonly endMs: number
}

/** What one sync does for one ad account. */
export interface AccountWork {
  /** The requests for insights, in their order, the account's totals last. */
  readonly facts: readonly RequestWork[]
  /** The lists of campaigns, ad sets and ads. */
  readonly lists: readonly RequestWork[]
  /** The objects that no list has, after all else. */
  readonly unlisted: readonly RequestWork[]
  readonly activeAds: number
  /** JSON, not compressed. */
  readonly bytes: number
  /** Rows of the facts that are read. */
  readonly rows: number
}

/** Any account, any day: what is planned for one is planned for all. */
const ACCOUNT = { accountId: parseAccountId('1'), timeZone: 'UTC', ledger: [] }
const NOON_MS = Date.UTC(2026, 0, 1, 12)

export function toAccountWork(ads: number, fleet: Fleet): AccountWork {
  const { days, reports, chunkDays, activeShare } = fleet
  const activeAds = ads * activeShare
  const settings = { reports, chunkDays, firstPullDays: days, dailyPullDays: days }
  const requests = planAccount(ACCOUNT, { days }, settings, NOON_MS).map((request) => {
    const records = activeAds * sliceCount(request) * RECORDS[request.report].perActiveAd
    return { report: request.report, records, work: toInsights(request.report, records, fleet) }
  })
  return {
    facts: [...requests.map(({ work }) => work), ...(reports.includes('core') ? [toTotals(days)] : [])],
    lists: Object.values(OBJECTS_PER_AD).map((perAd) => toList(ads * perAd)),
    unlisted: fleet.isFirst
      ? Object.values(OBJECTS_PER_AD).flatMap((perAd) => toBatches(ads * perAd * UNLISTED_SHARE))
      : [],
    activeAds,
    bytes: sum(requests, ({ report, records }) => records * RECORDS[report].bytes),
    rows: sum(requests, ({ report, records }) => records * RECORDS[report].rows),
  }
}

/** How many calls a day of the fleet takes, but for the list of its accounts. */
export function callsOf(fleet: Fleet): number {
  return sum(fleet.groups, ({ accounts, ads }) => {
    const { facts, lists, unlisted } = toAccountWork(ads, fleet)
    return accounts * sum([...facts, ...lists, ...unlisted], ({ calls }) => calls)
  })
}

function toInsights(report: ReportName, records: number, fleet: Fleet): RequestWork {
  const calls = pagesOf(records, LARGEST.pageLimit)
  const rows = records * RECORDS[report].rows
  return {
    useCase: 'ads_insights',
    calls,
    points: 1,
    workerMs: COSTS.callMs + (rows * COSTS.workerUs) / 1000 / calls,
    databaseMs: COSTS.requestDatabaseMs + (rows * databaseUsOf(fleet)) / 1000,
    endMs: COSTS.requestEndMs,
  }
}

/** Of a row that is read, by what becomes of it. */
function databaseUsOf({ isFirst, days, restatedShare }: Fleet): number {
  const { newRowUs, changedRowUs, unchangedRowUs } = COSTS
  if (isFirst) return newRowUs
  const again = restatedShare * changedRowUs + (1 - restatedShare) * unchangedRowUs
  return (newRowUs + (days - 1) * again) / days
}

function toTotals(days: number): RequestWork {
  return small('ads_insights', Math.ceil(days / TOTALS_DAYS), 1, 0)
}

function toList(objects: number): RequestWork {
  return small('ads_management', pagesOf(objects, OBJECTS_LIMIT), 1, objects)
}

function toBatches(objects: number): RequestWork[] {
  if (objects < 1) return []
  const calls = pagesOf(objects, MAX_BATCH)
  return [small('ads_management', calls, Math.ceil(objects / calls), objects)]
}

function small(useCase: UseCase, calls: number, points: number, objects: number): RequestWork {
  return {
    useCase,
    calls,
    points,
    workerMs: COSTS.callMs + (objects * COSTS.objectWorkerUs) / 1000 / calls,
    databaseMs: COSTS.requestDatabaseMs + (objects * COSTS.objectDatabaseUs) / 1000,
    endMs: COSTS.requestEndMs,
  }
}

function pagesOf(records: number, limit: number): number {
  return Math.max(1, Math.ceil(records / limit))
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
