import { raw, type Sql } from './sql.ts'

/** Columns of `fact_core_metrics` that add up. */
export const SUMS = [
  'spend',
  'impressions',
  'clicks',
  'clicks_all',
  'inline_link_clicks',
  'outbound_clicks',
  'landing_page_views',
  'purchases',
  'purchase_value',
  'leads',
  'add_to_cart',
  'add_to_cart_value',
  'initiate_checkout',
  'video_plays',
  'video_views',
  'video_p25',
  'video_p50',
  'video_p75',
  'video_p95',
  'video_p100',
  'video_thruplays',
] as const
export type SumName = (typeof SUMS)[number]

/** Those that the breakdowns by age, gender and country have, too. */
const BREAKDOWN_SUMS = [
  'spend',
  'impressions',
  'clicks',
  'clicks_all',
  'inline_link_clicks',
  'outbound_clicks',
  'purchases',
  'purchase_value',
  'leads',
  'add_to_cart',
] as const satisfies readonly SumName[]

type Format = 'money' | 'count' | 'percent' | 'ratio'

/** A figure that people look at: a sum, or a sum divided by another. */
export interface Measure {
  /** As Ads Manager calls it, where it has it. */
  readonly label: string
  readonly format: Format
  readonly sum: SumName
  readonly per?: SumName
  readonly times?: number
  /** Which way is good; null where neither is. */
  readonly better: 'more' | 'less' | null
  readonly meaning: string
  /** Where the figures come from. */
  readonly source: string
  /** Why it may differ from what Ads Manager shows. */
  readonly differs?: string
}

const ATTRIBUTED =
  'Conversions are counted on the day of the ad’s impression, go on arriving for 28 days, and depend on the ad set’s attribution setting.'

/** Meta’s words where they are Meta’s: Marketing API reference, AdAccount insights. */
export const MEASURES = {
  spend: {
    label: 'Amount spent',
    format: 'money',
    sum: 'spend',
    better: null,
    meaning: 'The estimated total amount of money spent, in the account’s currency.',
    source: 'spend',
    differs: 'Amounts of the last days are estimates until Meta has billed them.',
  },
  impressions: {
    label: 'Impressions',
    format: 'count',
    sum: 'impressions',
    better: null,
    meaning: 'How many times the ads were on screen.',
    source: 'impressions',
  },
  clicks: {
    label: 'Clicks',
    format: 'count',
    sum: 'clicks',
    better: 'more',
    meaning:
      'Link clicks, or the next best kind that the account and day carry: inline link clicks, link clicks, outbound clicks, clicks (all).',
    source: 'the cascade that click_source names',
  },
  link_clicks: {
    label: 'Link clicks',
    format: 'count',
    sum: 'inline_link_clicks',
    better: 'more',
    meaning: 'Clicks on links to the destination that was chosen, within one day.',
    source: 'inline_link_clicks',
  },
  clicks_all: {
    label: 'Clicks (all)',
    format: 'count',
    sum: 'clicks_all',
    better: null,
    meaning: 'All clicks on the ad: likes, comments and “see more” too.',
    source: 'clicks',
  },
  ctr: {
    label: 'CTR',
    format: 'percent',
    sum: 'inline_link_clicks',
    per: 'impressions',
    better: 'more',
    meaning: 'Link click-through rate: link clicks ÷ impressions.',
    source: 'inline_link_clicks, impressions',
  },
  ctr_all: {
    label: 'CTR (all)',
    format: 'percent',
    sum: 'clicks_all',
    per: 'impressions',
    better: 'more',
    meaning: 'Clicks (all) ÷ impressions.',
    source: 'clicks, impressions',
  },
  cpc: {
    label: 'CPC',
    format: 'money',
    sum: 'spend',
    per: 'inline_link_clicks',
    better: 'less',
    meaning: 'Cost per link click: amount spent ÷ link clicks.',
    source: 'spend, inline_link_clicks',
  },
  cpc_all: {
    label: 'CPC (all)',
    format: 'money',
    sum: 'spend',
    per: 'clicks_all',
    better: 'less',
    meaning: 'Amount spent ÷ clicks (all).',
    source: 'spend, clicks',
  },
  cpm: {
    label: 'CPM',
    format: 'money',
    sum: 'spend',
    per: 'impressions',
    times: 1000,
    better: 'less',
    meaning: 'Cost of a thousand impressions: 1,000 × amount spent ÷ impressions.',
    source: 'spend, impressions',
  },
  landing_page_views: {
    label: 'Landing page views',
    format: 'count',
    sum: 'landing_page_views',
    better: 'more',
    meaning: 'How many times a person clicked and the page behind the ad had loaded.',
    source: 'actions: landing_page_view',
    differs: ATTRIBUTED,
  },
  cost_per_landing_page_view: {
    label: 'Cost per landing page view',
    format: 'money',
    sum: 'spend',
    per: 'landing_page_views',
    better: 'less',
    meaning: 'Amount spent ÷ landing page views.',
    source: 'spend, actions',
    differs: ATTRIBUTED,
  },
  add_to_cart: {
    label: 'Adds to cart',
    format: 'count',
    sum: 'add_to_cart',
    better: 'more',
    meaning: 'Adds to cart that are attributed to the ads.',
    source: 'actions: omni_add_to_cart, or the first of its aliases',
    differs: ATTRIBUTED,
  },
  initiate_checkout: {
    label: 'Checkouts initiated',
    format: 'count',
    sum: 'initiate_checkout',
    better: 'more',
    meaning: 'Checkouts begun that are attributed to the ads.',
    source: 'actions: omni_initiated_checkout, or the first of its aliases',
    differs: ATTRIBUTED,
  },
  purchases: {
    label: 'Purchases',
    format: 'count',
    sum: 'purchases',
    better: 'more',
    meaning:
      'Purchases that are attributed to the ads, each counted under one name. Models may make them fractional.',
    source: 'actions: omni_purchase, or the first of its aliases',
    differs: ATTRIBUTED,
  },
  purchase_value: {
    label: 'Purchase value',
    format: 'money',
    sum: 'purchase_value',
    better: 'more',
    meaning: 'What the attributed purchases were worth.',
    source: 'action_values of the same name as the purchases',
    differs: ATTRIBUTED,
  },
  cost_per_purchase: {
    label: 'Cost per purchase',
    format: 'money',
    sum: 'spend',
    per: 'purchases',
    better: 'less',
    meaning: 'Amount spent ÷ purchases.',
    source: 'spend, actions',
    differs: ATTRIBUTED,
  },
  roas: {
    label: 'ROAS',
    format: 'ratio',
    sum: 'purchase_value',
    per: 'spend',
    better: 'more',
    meaning:
      'Return on ad spend: purchase value ÷ amount spent. Below 1 the purchases brought in less than the ads cost.',
    source: 'action_values, spend',
    differs: ATTRIBUTED,
  },
  conversion_rate: {
    label: 'Conversion rate',
    format: 'percent',
    sum: 'purchases',
    per: 'inline_link_clicks',
    better: 'more',
    meaning: 'Purchases ÷ link clicks. Not one of Meta’s own measures.',
    source: 'actions, inline_link_clicks',
    differs: ATTRIBUTED,
  },
  average_order_value: {
    label: 'Average order value',
    format: 'money',
    sum: 'purchase_value',
    per: 'purchases',
    better: 'more',
    meaning: 'Purchase value ÷ purchases. Not one of Meta’s own measures.',
    source: 'action_values, actions',
    differs: ATTRIBUTED,
  },
  leads: {
    label: 'Leads',
    format: 'count',
    sum: 'leads',
    better: 'more',
    meaning: 'Leads that are attributed to the ads.',
    source: 'actions: lead, or the first of its aliases',
    differs: ATTRIBUTED,
  },
  cost_per_lead: {
    label: 'Cost per lead',
    format: 'money',
    sum: 'spend',
    per: 'leads',
    better: 'less',
    meaning: 'Amount spent ÷ leads.',
    source: 'spend, actions',
    differs: ATTRIBUTED,
  },
  video_plays: {
    label: 'Video plays',
    format: 'count',
    sum: 'video_plays',
    better: 'more',
    meaning: 'How many times a video began to play, by itself too.',
    source: 'video_play_actions',
  },
  video_views: {
    label: '3-second video plays',
    format: 'count',
    sum: 'video_views',
    better: 'more',
    meaning: 'Videos that played for three seconds, or nearly to their end if they are shorter.',
    source: 'actions: video_view',
  },
  video_thruplays: {
    label: 'ThruPlays',
    format: 'count',
    sum: 'video_thruplays',
    better: 'more',
    meaning: 'Videos that played to their end, or for 15 seconds.',
    source: 'video_thruplay_watched_actions',
  },
  hook_rate: {
    label: 'Hook rate',
    format: 'percent',
    sum: 'video_views',
    per: 'impressions',
    better: 'more',
    meaning:
      '3-second video plays ÷ impressions: how often a video stops the scroll. Not one of Meta’s own measures.',
    source: 'actions, impressions',
  },
  hold_rate: {
    label: 'Hold rate',
    format: 'percent',
    sum: 'video_thruplays',
    per: 'video_views',
    better: 'more',
    meaning:
      'ThruPlays ÷ 3-second video plays: how often it is then watched on. Not one of Meta’s own measures.',
    source: 'video_thruplay_watched_actions, actions',
  },
} as const satisfies Record<string, Measure>

export type MeasureName = keyof typeof MEASURES
export const MEASURE_NAMES = Object.keys(MEASURES) as MeasureName[]

export function isMeasureName(text: string | null): text is MeasureName {
  return text !== null && Object.hasOwn(MEASURES, text)
}

/** The measures that rows of age, gender or country can answer. */
export const BREAKDOWN_MEASURES = MEASURE_NAMES.filter((name) => {
  const { sum, per }: Measure = MEASURES[name]
  const has = (column: SumName) => (BREAKDOWN_SUMS as readonly SumName[]).includes(column)
  return has(sum) && (per === undefined || has(per))
})

/** `sum(f.spend) AS spend, …` for the facts `f`; a rate is computed from sums, and NULL where there is nothing to divide by. */
export function selectMeasures(names: readonly MeasureName[]): Sql {
  return raw(names.map((name) => `${measureSql(name)} AS ${name}`).join(',\n       '))
}

function measureSql(name: MeasureName): string {
  const { sum, per, times }: Measure = MEASURES[name]
  const total = `sum(f.${sum})${times === undefined ? '' : ` * ${times}`}`
  return per === undefined ? total : `${total} / nullif(sum(f.${per}), 0)`
}
