import type { Decimal } from '../model/decimal.ts'
import type { FACT_TABLES, FactTableName } from '../model/fact.ts'
import type { InsightRecord } from '../model/insight-record.ts'
import { type ActionList, readActionList } from './action-list.ts'
import { type Conversion, conversionType } from './conversions.ts'
import { readAmount, readCount } from './read-value.ts'

/** A record with its lists of actions decoded once. */
export interface ReadRecord {
  readonly record: InsightRecord
  readonly counts: ActionList
  readonly values: ActionList
}

/** The tables that hold one row a record. */
export type RecordTable = Exclude<FactTableName, 'fact_action_metrics'>

type MeasureOf<T extends RecordTable> = T extends RecordTable
  ? keyof (typeof FACT_TABLES)[T]['measures']
  : never

/**
 * How each measure is read from a record; null when the record does not carry it.
 * Throws UnreadableRecord when a number is none.
 */
export const MEASURES: Readonly<Record<MeasureOf<RecordTable>, (read: ReadRecord) => Decimal | null>> = {
  spend: ({ record }) => readAmount(record, 'spend'),
  impressions: ({ record }) => readCount(record, 'impressions'),
  clicks_all: ({ record }) => readCount(record, 'clicks'),
  inline_link_clicks: ({ record }) => readCount(record, 'inline_link_clicks'),
  link_clicks: ({ counts }) => counts.get('link_click')?.value ?? null,
  outbound_clicks: ({ record }) => only(record, 'outbound_clicks', 'outbound_click'),
  reach: ({ record }) => readCount(record, 'reach'),
  frequency: ({ record }) => readAmount(record, 'frequency'),
  purchases: (read) => count(read, 'purchases'),
  purchase_value: (read) => value(read, 'purchases'),
  leads: (read) => count(read, 'leads'),
  add_to_cart: (read) => count(read, 'add_to_cart'),
  add_to_cart_value: (read) => value(read, 'add_to_cart'),
  initiate_checkout: (read) => count(read, 'initiate_checkout'),
  landing_page_views: (read) => count(read, 'landing_page_views'),
  video_views: (read) => count(read, 'video_views'),
  video_plays: ({ record }) => only(record, 'video_play_actions', 'video_view'),
  video_p25: ({ record }) => only(record, 'video_p25_watched_actions', 'video_view'),
  video_p50: ({ record }) => only(record, 'video_p50_watched_actions', 'video_view'),
  video_p75: ({ record }) => only(record, 'video_p75_watched_actions', 'video_view'),
  video_p95: ({ record }) => only(record, 'video_p95_watched_actions', 'video_view'),
  video_p100: ({ record }) => only(record, 'video_p100_watched_actions', 'video_view'),
  video_thruplays: ({ record }) => only(record, 'video_thruplay_watched_actions', 'video_view'),
}

/** Throws UnreadableRecord when `actions` or `action_values` is no list of actions. */
export function readLists(record: InsightRecord): ReadRecord {
  return {
    record,
    counts: readActionList(record, 'actions'),
    values: readActionList(record, 'action_values'),
  }
}

/** A field whose list has one item of a fixed action type. */
function only(record: InsightRecord, field: string, actionType: string): Decimal | null {
  return readActionList(record, field).get(actionType)?.value ?? null
}

function count({ counts, values }: ReadRecord, conversion: Conversion): Decimal | null {
  return counts.get(conversionType(conversion, counts, values) ?? '')?.value ?? null
}

function value({ counts, values }: ReadRecord, conversion: Conversion): Decimal | null {
  return values.get(conversionType(conversion, counts, values) ?? '')?.value ?? null
}
