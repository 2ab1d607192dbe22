import type { Metric } from '../world/metrics.ts'
import type { WorldAccount, WorldAd, WorldAdset, WorldCampaign, WorldObject } from '../world/world-objects.ts'
import { type ActionItem, type ActionOptions, countItems, valueItems } from './action-lists.ts'
import { toMajorUnits, toNumberText } from './amount.ts'
import type { InsightsRow } from './insights-row.ts'

/** What a field says of a row; undefined leaves it out. */
export type FieldValue = (row: InsightsRow, options: ActionOptions) => unknown

/** The object of the kind that the row is about or lies in; undefined on coarser rows. */
function inKind(entity: WorldAccount | WorldObject) {
  const ad: WorldAd | undefined = entity.kind === 'ad' ? entity : undefined
  const adset: WorldAdset | undefined = entity.kind === 'adset' ? entity : ad?.adset
  const campaign: WorldCampaign | undefined = entity.kind === 'campaign' ? entity : adset?.campaign
  const account: WorldAccount = entity.kind === 'account' ? entity : entity.account
  return { ad, adset, campaign, account }
}

const always =
  (metric: Metric | 'reach'): FieldValue =>
  ({ metrics }) =>
    String(metrics[metric])

/** Left out when 0, as the API does with what is no basic metric. */
const positive =
  (metric: Metric): FieldValue =>
  ({ metrics }) =>
    metrics[metric] > 0 ? String(metrics[metric]) : undefined

/** Left out without an impression: such rows have conversions only. */
const delivered =
  (value: FieldValue): FieldValue =>
  (row, options) =>
    row.metrics.impressions > 0 ? value(row, options) : undefined

/** `factor` × numerator / denominator, money in major units; left out when the denominator is 0. */
const ratio =
  (numerator: Metric, denominator: Metric | 'reach', factor: number): FieldValue =>
  ({ metrics }, { offset }) => {
    if (metrics[denominator] === 0) return undefined
    const unit = (numerator === 'spendMinor' ? offset : 1) / (denominator === 'spendMinor' ? offset : 1)
    return toNumberText((factor * metrics[numerator]) / metrics[denominator] / unit)
  }

/** A list with one fixed item; left out without a count. */
const single =
  (actionType: string, value: FieldValue): FieldValue =>
  (row, options) => {
    const text = value(row, options)
    return text === undefined ? undefined : [{ action_type: actionType, value: text }]
  }

const video = (metric: Metric): FieldValue => single('video_view', positive(metric))

const filled = (items: readonly ActionItem[]) => (items.length > 0 ? items : undefined)

const roas = (actionType: string): FieldValue =>
  single(actionType, ({ metrics }) =>
    metrics.purchaseValueMinor > 0 && metrics.spendMinor > 0
      ? toNumberText(metrics.purchaseValueMinor / metrics.spendMinor)
      : undefined,
  )

const costPerAction: FieldValue = ({ metrics }, options) =>
  filled(
    countItems(metrics, { ...options, windows: [] }).map((item) => ({
      ...item,
      value: toNumberText(metrics.spendMinor / options.offset / Number(item.value)),
    })),
  )

/** The fields that the world can fill; the other valid ones are left out of every row. */
export const INSIGHTS_VALUES: Readonly<Record<string, FieldValue>> = {
  account_id: ({ entity }) => inKind(entity).account.id,
  account_name: ({ entity }) => inKind(entity).account.name,
  account_currency: ({ entity }) => inKind(entity).account.currency,
  campaign_id: ({ entity }) => inKind(entity).campaign?.id,
  campaign_name: ({ entity }) => inKind(entity).campaign?.name,
  objective: ({ entity }) => inKind(entity).campaign?.objective,
  buying_type: ({ entity }) => (inKind(entity).campaign ? 'AUCTION' : undefined),
  adset_id: ({ entity }) => inKind(entity).adset?.id,
  adset_name: ({ entity }) => inKind(entity).adset?.name,
  optimization_goal: ({ entity }) => inKind(entity).adset?.optimizationGoal,
  attribution_setting: ({ entity }) => (inKind(entity).adset ? '7d_click_1d_view' : undefined),
  ad_id: ({ entity }) => inKind(entity).ad?.id,
  ad_name: ({ entity }) => inKind(entity).ad?.name,
  created_time: ({ entity }) => inKind(entity).account.time.dayOf(entity.createdMs),
  updated_time: ({ entity }) =>
    inKind(entity).account.time.dayOf(entity.kind === 'account' ? entity.createdMs : entity.updatedMs),
  impressions: always('impressions'),
  spend: ({ metrics }, { offset }) => toMajorUnits(metrics.spendMinor, offset),
  clicks: delivered(always('clicks')),
  reach: delivered(always('reach')),
  frequency: ratio('impressions', 'reach', 1),
  ctr: ratio('clicks', 'impressions', 100),
  cpc: ratio('spendMinor', 'clicks', 1),
  cpm: ratio('spendMinor', 'impressions', 1000),
  cpp: ratio('spendMinor', 'reach', 1000),
  inline_link_clicks: positive('inlineLinkClicks'),
  inline_link_click_ctr: delivered((row, options) =>
    row.metrics.inlineLinkClicks > 0
      ? ratio('inlineLinkClicks', 'impressions', 100)(row, options)
      : undefined,
  ),
  cost_per_inline_link_click: ratio('spendMinor', 'inlineLinkClicks', 1),
  website_ctr: single('link_click', delivered(ratio('linkClicks', 'impressions', 100))),
  outbound_clicks: single('outbound_click', positive('outboundClicks')),
  actions: ({ metrics }, options) => filled(countItems(metrics, options)),
  action_values: ({ metrics }, options) => filled(valueItems(metrics, options)),
  cost_per_action_type: costPerAction,
  purchase_roas: roas('omni_purchase'),
  website_purchase_roas: roas('offsite_conversion.fb_pixel_purchase'),
  video_play_actions: video('videoPlays'),
  video_p25_watched_actions: video('videoP25'),
  video_p50_watched_actions: video('videoP50'),
  video_p75_watched_actions: video('videoP75'),
  video_p95_watched_actions: video('videoP95'),
  video_p100_watched_actions: video('videoP100'),
  video_thruplay_watched_actions: video('thruplays'),
}

/** Whether the field is a list of actions, which brings `action_type` among the breakdowns. */
export function isActionField(field: string): boolean {
  return ['actions', 'action_values', 'cost_per_action_type', 'unique_actions', 'conversions'].includes(field)
}
