import type { Metric, Metrics } from '../world/metrics.ts'

/** How one action type is counted from the world's figures. */
interface ActionRule {
  readonly type: string
  count(metrics: Readonly<Metrics>): number
  readonly value?: (metrics: Readonly<Metrics>) => number
  /** On a website: with attribution windows, and missing where Meta cannot break it down. */
  readonly isOffMeta: boolean
}

/** One entry of `actions` in numbers; the value is in minor units, null for an action without. */
export interface ActionEntry {
  readonly type: string
  readonly count: number
  readonly valueMinor: number | null
  readonly isOffMeta: boolean
}

/** Aliases of one event: the same count under each name. Adding them up counts it many times. */
function aliases(metric: Metric, types: readonly string[], money?: Metric): ActionRule[] {
  return types.map((type) => ({
    type,
    count: (m) => m[metric],
    ...(money && {
      value: (m) => (type === 'web_app_in_store_purchase' ? Math.floor(m[money] / 10_000) : m[money]),
    }),
    isOffMeta: true,
  }))
}

function onMeta(type: string, count: ActionRule['count']): ActionRule {
  return { type, count, isOffMeta: false }
}

const pixelLeads = (m: Readonly<Metrics>) => Math.floor(m.leads / 3)
const postEngagement = (m: Readonly<Metrics>) =>
  m.linkClicks + m.videoViews + m.reactions + m.comments + m.shares + m.saves

const RULES: readonly ActionRule[] = [
  onMeta('link_click', (m) => m.linkClicks),
  onMeta('post_engagement', postEngagement),
  onMeta('page_engagement', postEngagement),
  onMeta('video_view', (m) => m.videoViews),
  onMeta('post_reaction', (m) => m.reactions),
  onMeta('comment', (m) => m.comments),
  onMeta('post', (m) => m.shares),
  onMeta('onsite_conversion.post_save', (m) => m.saves),
  ...aliases('landingPageViews', ['landing_page_view', 'omni_landing_page_view']),
  ...aliases('viewContent', [
    'view_content',
    'omni_view_content',
    'onsite_web_view_content',
    'onsite_web_app_view_content',
    'offsite_conversion.fb_pixel_view_content',
    'offsite_content_view_add_meta_leads',
  ]),
  ...aliases(
    'addToCart',
    [
      'add_to_cart',
      'omni_add_to_cart',
      'onsite_web_add_to_cart',
      'onsite_web_app_add_to_cart',
      'offsite_conversion.fb_pixel_add_to_cart',
    ],
    'addToCartValueMinor',
  ),
  ...aliases('checkouts', [
    'initiate_checkout',
    'omni_initiated_checkout',
    'onsite_web_initiate_checkout',
    'offsite_conversion.fb_pixel_initiate_checkout',
  ]),
  ...aliases(
    'purchases',
    [
      'purchase',
      'omni_purchase',
      'onsite_web_purchase',
      'onsite_web_app_purchase',
      'web_in_store_purchase',
      'web_app_in_store_purchase',
      'offsite_conversion.fb_pixel_purchase',
    ],
    'purchaseValueMinor',
  ),
  { type: 'lead', count: (m) => m.leads, isOffMeta: true },
  { type: 'offsite_conversion.fb_pixel_lead', count: pixelLeads, isOffMeta: true },
  { type: 'onsite_conversion.lead_grouped', count: (m) => m.leads - pixelLeads(m), isOffMeta: true },
]

/** Every action that happened at all. */
export function actionEntries(metrics: Readonly<Metrics>): ActionEntry[] {
  return RULES.map(({ type, count, value, isOffMeta }) => ({
    type,
    count: count(metrics),
    valueMinor: value?.(metrics) ?? null,
    isOffMeta,
  })).filter(({ count }) => count > 0)
}

/**
 * How much of a count, or of a value in minor units, each attribution window saw; the default windows
 * (7 days after a click, 1 day after a view) together saw all of it. Windows that saw nothing are absent.
 */
export function windowShares(total: number, isOffMeta: boolean): Readonly<Record<string, number>> {
  if (!isOffMeta) return { '1d_click': total, '7d_click': total, '28d_click': total }
  const viewed = Math.floor(total / 5)
  const clicked = total - viewed
  const shares = {
    '1d_click': Math.floor((clicked * 2) / 3),
    '7d_click': clicked,
    '28d_click': clicked,
    '1d_view': viewed,
  }
  return Object.fromEntries(Object.entries(shares).filter(([, share]) => share > 0))
}
