import type { Decimal } from '../model/decimal.ts'
import type { FACT_TABLES, FactTableName } from '../model/fact.ts'
import type { InsightRecord } from '../model/insight-record.ts'
import type { AmountField, CountField, ListField } from '../model/record-layout.ts'
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

/** Where a measure stands in a record. */
export type Source =
  | { readonly count: CountField }
  | { readonly amount: AmountField }
  /** The value of the one item of `type`. */
  | { readonly list: ListField; readonly type: string }
  /** The value of the item of the type that the row's conversion is read from. */
  | { readonly list: 'actions' | 'action_values'; readonly conversion: Conversion }

export const MEASURES: Readonly<Record<MeasureOf<RecordTable>, Source>> = {
  spend: { amount: 'spend' },
  impressions: { count: 'impressions' },
  clicks_all: { count: 'clicks' },
  inline_link_clicks: { count: 'inline_link_clicks' },
  link_clicks: { list: 'actions', type: 'link_click' },
  outbound_clicks: { list: 'outbound_clicks', type: 'outbound_click' },
  reach: { count: 'reach' },
  frequency: { amount: 'frequency' },
  purchases: { list: 'actions', conversion: 'purchases' },
  purchase_value: { list: 'action_values', conversion: 'purchases' },
  leads: { list: 'actions', conversion: 'leads' },
  add_to_cart: { list: 'actions', conversion: 'add_to_cart' },
  add_to_cart_value: { list: 'action_values', conversion: 'add_to_cart' },
  initiate_checkout: { list: 'actions', conversion: 'initiate_checkout' },
  landing_page_views: { list: 'actions', conversion: 'landing_page_views' },
  video_views: { list: 'actions', conversion: 'video_views' },
  video_plays: { list: 'video_play_actions', type: 'video_view' },
  video_p25: { list: 'video_p25_watched_actions', type: 'video_view' },
  video_p50: { list: 'video_p50_watched_actions', type: 'video_view' },
  video_p75: { list: 'video_p75_watched_actions', type: 'video_view' },
  video_p95: { list: 'video_p95_watched_actions', type: 'video_view' },
  video_p100: { list: 'video_p100_watched_actions', type: 'video_view' },
  video_thruplays: { list: 'video_thruplay_watched_actions', type: 'video_view' },
}

/** Throws UnreadableRecord when `actions` or `action_values` is no list of actions. */
export function readLists(record: InsightRecord): ReadRecord {
  return {
    record,
    counts: readActionList(record, 'actions'),
    values: readActionList(record, 'action_values'),
  }
}

/** A measure of a record; null when it does not carry it. Throws UnreadableRecord when a number is none. */
export function readMeasure(source: Source, { record, counts, values }: ReadRecord): Decimal | null {
  if ('count' in source) return readCount(record, source.count)
  if ('amount' in source) return readAmount(record, source.amount)
  const type = 'type' in source ? source.type : conversionType(source.conversion, counts, values)
  const list =
    source.list === 'actions'
      ? counts
      : source.list === 'action_values'
        ? values
        : readActionList(record, source.list)
  return list.get(type ?? '')?.value ?? null
}
