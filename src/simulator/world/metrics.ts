/**
 * What the world knows of one ad on one day, or of any sum or part of such: whole numbers, money in
 * minor units of the account's currency.
 *
 * The parent of a metric bounds it from above (money excepted), and shapes its spread over a breakdown.
 */
const PARENTS = {
  impressions: null,
  spendMinor: 'impressions',
  clicks: 'impressions',
  linkClicks: 'clicks',
  inlineLinkClicks: 'linkClicks',
  outboundClicks: 'linkClicks',
  landingPageViews: 'linkClicks',
  viewContent: 'landingPageViews',
  addToCart: 'viewContent',
  checkouts: 'addToCart',
  purchases: 'checkouts',
  addToCartValueMinor: 'addToCart',
  purchaseValueMinor: 'purchases',
  leads: 'linkClicks',
  videoPlays: 'impressions',
  videoViews: 'videoPlays',
  videoP25: 'videoViews',
  videoP50: 'videoP25',
  videoP75: 'videoP50',
  videoP95: 'videoP75',
  videoP100: 'videoP95',
  thruplays: 'videoViews',
  reactions: 'impressions',
  comments: 'reactions',
  shares: 'reactions',
  saves: 'reactions',
} as const satisfies Record<string, string | null>

/** The metrics that add up, parents before children. */
export type Metric = keyof typeof PARENTS
export const METRICS = Object.keys(PARENTS) as readonly Metric[]

export interface Metrics extends Record<Metric, number> {
  /** People reached; adds up over nothing. */
  reach: number
  /** False where `inline_link_clicks` did not exist yet; the metric is 0 there. */
  hasInlineLinkClicks: boolean
}

export function parentOf(metric: Metric): Metric | null {
  return PARENTS[metric]
}

export function isMoney(metric: Metric): boolean {
  return metric.endsWith('Minor')
}

export function noMetrics(): Metrics {
  return {
    impressions: 0,
    spendMinor: 0,
    clicks: 0,
    linkClicks: 0,
    inlineLinkClicks: 0,
    outboundClicks: 0,
    landingPageViews: 0,
    viewContent: 0,
    addToCart: 0,
    checkouts: 0,
    purchases: 0,
    addToCartValueMinor: 0,
    purchaseValueMinor: 0,
    leads: 0,
    videoPlays: 0,
    videoViews: 0,
    videoP25: 0,
    videoP50: 0,
    videoP75: 0,
    videoP95: 0,
    videoP100: 0,
    thruplays: 0,
    reactions: 0,
    comments: 0,
    shares: 0,
    saves: 0,
    reach: 0,
    hasInlineLinkClicks: false,
  }
}

/** Adds `part` to `total`. People overlap: of every reach but the largest, only a part is new. */
export function addMetrics(total: Metrics, part: Readonly<Metrics>): void {
  for (const metric of METRICS) total[metric] += part[metric]
  const [small, large] = [Math.min(total.reach, part.reach), Math.max(total.reach, part.reach)]
  total.reach = Math.min(total.impressions, large + Math.ceil(small * 0.7))
  total.hasInlineLinkClicks ||= part.hasInlineLinkClicks
}

/** Takes `share` (0 to 1) of the named metrics, rounded down: bounds hold, and no value is left without its count. */
export function scaleMetrics(metrics: Metrics, names: readonly Metric[], share: number): void {
  for (const metric of names) {
    const parent = isMoney(metric) ? parentOf(metric) : null
    metrics[metric] = parent !== null && metrics[parent] === 0 ? 0 : Math.floor(metrics[metric] * share)
  }
  metrics.reach = Math.min(metrics.reach, metrics.impressions)
}
