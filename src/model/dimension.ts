import type { AdObjectKind } from './ad-object.ts'
import type { ObjectId } from './object-id.ts'

/**
 * The attributes of `dim_campaign`, `dim_adset`, `dim_ad` besides their id and `updated_at`, in the order
 * of their columns. `ids` are bigint, `money` numeric in major units, `times` timestamptz, the rest text.
 */
export const DIMENSIONS = {
  campaign: {
    table: 'dim_campaign',
    key: 'campaign_id',
    attributes: {
      account_id: 'id',
      name: 'text',
      status: 'text',
      effective_status: 'text',
      objective: 'text',
      buying_type: 'text',
      bid_strategy: 'text',
      daily_budget: 'money',
      lifetime_budget: 'money',
      start_time: 'time',
      stop_time: 'time',
      created_time: 'time',
      updated_time: 'time',
    },
  },
  adset: {
    table: 'dim_adset',
    key: 'adset_id',
    attributes: {
      account_id: 'id',
      campaign_id: 'id',
      name: 'text',
      status: 'text',
      effective_status: 'text',
      optimization_goal: 'text',
      billing_event: 'text',
      bid_strategy: 'text',
      bid_amount: 'money',
      daily_budget: 'money',
      lifetime_budget: 'money',
      start_time: 'time',
      end_time: 'time',
      created_time: 'time',
      updated_time: 'time',
    },
  },
  ad: {
    table: 'dim_ad',
    key: 'ad_id',
    attributes: {
      account_id: 'id',
      campaign_id: 'id',
      adset_id: 'id',
      name: 'text',
      status: 'text',
      effective_status: 'text',
      creative_id: 'id',
      created_time: 'time',
      updated_time: 'time',
    },
  },
} as const satisfies Record<
  AdObjectKind,
  { table: string; key: string; attributes: Record<string, 'id' | 'text' | 'money' | 'time'> }
>

/** One member with its metadata; every column as text, null where the API has nothing. */
export type DimensionRow = Readonly<Record<string, string | null>>

/** An ad that facts name, with its parents: enough to make inferred members from. */
export interface SeenAd {
  readonly adId: ObjectId
  readonly adsetId: ObjectId
  readonly campaignId: ObjectId
  /** The names that the insights row carries, null where it carries none. */
  readonly adName: string | null
  readonly adsetName: string | null
  readonly campaignName: string | null
}
