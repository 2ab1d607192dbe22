/**
 * What the world knows of one ad on one day, or of any sum or part of such: whole numbers, money in
 * minor units of the account's currency.
 *
 * `parent` is the metric that bounds it from above and by whose shape it spreads over a breakdown.
 */
const METRIC_PARENTS = {
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
export type Metric = keyof typeof METRIC_PARENTS
export const METRICS = Object.keys(METRIC_PARENTS) as readonly Metric[]

export const MONEY_METRICS = ['spendMinor', 'purchaseValueMinor', 'addToCartValueMinor'] as const

export type Metrics = Readonly<Record<Metric, number>> & {
  /** People reached; adds up over nothing. */
  readonly reach: number
  /** False where `inline_link_clicks` did not exist yet; the metric is 0 there. */
  readonly hasInlineLinkClicks: boolean
}

export function parentOf(metric: Metric): Metric | null {
  return METRIC_PARENTS[metric]
}

export function isMoney(metric: Metric): boolean {
  return (MONEY_METRICS as readonly string[]).includes(metric)
}
