import { type CalendarDate, isCalendarDate } from '../model/calendar-date.ts'
import type { FactKey } from '../model/fact.ts'
import type { InsightRecord } from '../model/insight-record.ts'
import { type ObjectId, UNKNOWN_ID } from '../model/object-id.ts'
import type { InsightsRequest } from '../model/slice.ts'
import { readId, readMember } from './read-value.ts'
import { shown, UnreadableRecord } from './unreadable-record.ts'

/** The API's column for each lookup that is a breakdown. */
export const BREAKDOWNS = { age_group: 'age', gender: 'gender', country: 'country' } as const

/** The key of a record's rows, whose ids are ids. */
export type RecordKey = FactKey &
  Readonly<Record<'account_id' | 'ad_id' | 'campaign_id' | 'adset_id', ObjectId>>

/**
 * Where a record belongs. An absent campaign or ad set is the unknown member; a record without its ad, of
 * another account, or of a day that was not asked for has no place: throws UnreadableRecord.
 */
export function readFactKey(record: InsightRecord, dateId: string, request: InsightsRequest): RecordKey {
  const accountId = readId(record, 'account_id') ?? request.accountId
  if (accountId !== request.accountId) {
    throw new UnreadableRecord(`account_id is ${accountId}, but ${request.accountId} was asked for`)
  }
  const adId = readId(record, 'ad_id')
  if (adId === null) throw new UnreadableRecord('ad_id is absent')
  return {
    account_id: accountId,
    date_id: dateId,
    ad_id: adId,
    campaign_id: readParent(record, 'campaign_id'),
    adset_id: readParent(record, 'adset_id'),
  }
}

/** The API has no id 0: where it says so, or nothing, the parent is the unknown member. */
function readParent(record: InsightRecord, field: string): ObjectId {
  const value = record[field]
  return value === '' || value === '0' || value === 0 ? UNKNOWN_ID : (readId(record, field) ?? UNKNOWN_ID)
}

/** The one day of a record. Throws UnreadableRecord when it is none, several, or not asked for. */
export function readDay(record: InsightRecord, request: InsightsRequest): CalendarDate {
  const { date_start: start, date_stop: stop } = record
  if (!isCalendarDate(start)) throw new UnreadableRecord(`date_start is ${shown(start)}, which is not a date`)
  if (stop !== start) throw new UnreadableRecord(`date_stop is ${shown(stop)}, but date_start is ${start}`)
  if (start < request.since || start > request.until) {
    throw new UnreadableRecord(
      `date_start is ${start}, but ${request.since} to ${request.until} was asked for`,
    )
  }
  return start
}

/** A breakdown's value; null, the unknown member, when it is absent or says that it is unknown. */
export function readBreakdown(record: InsightRecord, breakdown: string): string | null {
  const value = readMember(record, breakdown)
  return value === null || value.toLowerCase() === 'unknown' ? null : value
}
