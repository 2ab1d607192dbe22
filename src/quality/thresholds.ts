/** The bounds of the checks; shares and ratios are fractions of 1. */
export interface Thresholds {
  /** Warn above this share of campaigns, ad sets or ads whose name is an `Unknown …`. */
  readonly unknownNames: number
  /** Warn above this share of campaigns, ad sets or ads whose status is UNKNOWN. */
  readonly unknownStatuses: number
  /** No click in fewer impressions than this is a warning, in more it is a failure. */
  readonly clicklessImpressions: number
  /** Warn when clicks per impression are below or above these. */
  readonly minCtr: number
  readonly maxCtr: number
  /** Fail when link clicks exceed clicks (all) by more than this share; Meta counts them apart. */
  readonly linkClicksExcess: number
  /** Warn when a day's spend is this many times the median of the seven days before, or its inverse. */
  readonly spendJump: number
  /** Fail above this gap between the facts and the API's own total of a day; warn below. */
  readonly reconciliationGap: number
  /** Fail above this gap between a breakdown's sum and the core facts of a day; warn below. */
  readonly breakdownGap: number
}

export const DEFAULT_THRESHOLDS: Thresholds = {
  unknownNames: 0.05,
  unknownStatuses: 0.05,
  clicklessImpressions: 1000,
  minCtr: 0.0005,
  maxCtr: 0.2,
  linkClicksExcess: 0.05,
  spendJump: 5,
  reconciliationGap: 0.001,
  breakdownGap: 0.01,
}
