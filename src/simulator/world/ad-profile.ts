import type { Random } from './random.ts'

/** How one ad performs on an ordinary day; rates are shares of the metric before. */
export interface AdProfile {
  readonly impressions: number
  /** Money in minor units of the account's currency. */
  readonly costPerMilleMinor: number
  readonly orderMinor: number
  readonly clickRate: number
  readonly linkRate: number
  readonly landingRate: number
  readonly viewRate: number
  readonly cartRate: number
  readonly checkoutRate: number
  readonly purchaseRate: number
  readonly leadRate: number
  /** 0 for an image. */
  readonly playRate: number
}

const OBJECTIVES = {
  OUTCOME_SALES: { shop: 1, lead: 0, video: 0.3, click: 1 },
  OUTCOME_TRAFFIC: { shop: 0.25, lead: 0, video: 0.2, click: 1.3 },
  OUTCOME_LEADS: { shop: 0, lead: 0.12, video: 0.3, click: 0.9 },
  OUTCOME_AWARENESS: { shop: 0, lead: 0, video: 0.9, click: 0.3 },
  OUTCOME_ENGAGEMENT: { shop: 0.05, lead: 0.01, video: 0.8, click: 0.8 },
  OUTCOME_APP_PROMOTION: { shop: 0.1, lead: 0, video: 0.6, click: 1.1 },
  LINK_CLICKS: { shop: 0.2, lead: 0, video: 0, click: 1.2 },
  CONVERSIONS: { shop: 0.9, lead: 0.02, video: 0.2, click: 1 },
} as const satisfies Record<string, { shop: number; lead: number; video: number; click: number }>

export type Objective = keyof typeof OBJECTIVES
export const OBJECTIVE_NAMES = Object.keys(OBJECTIVES) as readonly Objective[]

/**
 * Sizes follow a heavy tail: a few ads get most of an account's delivery.
 * `dollar` is what a US dollar is worth in minor units of the account's currency.
 */
export function makeAdProfile(objective: Objective, dollar: number, random: Random): AdProfile {
  const kind = OBJECTIVES[objective]
  const around = (middle: number, spread: number) => middle * (1 + spread * (2 * random.next() - 1))
  return {
    impressions: Math.round(Math.min(60_000, 250 / (1 - 0.995 * random.next()) ** 0.9)),
    costPerMilleMinor: around(9, 0.5) * dollar,
    orderMinor: around(65, 0.6) * dollar,
    clickRate: around(0.018, 0.6) * kind.click,
    linkRate: around(0.62, 0.3),
    landingRate: around(0.74, 0.2),
    viewRate: around(0.8, 0.2) * Math.min(1, kind.shop * 2),
    cartRate: around(0.16, 0.5) * kind.shop,
    checkoutRate: around(0.5, 0.3),
    purchaseRate: around(0.55, 0.4),
    leadRate: around(kind.lead, 0.5),
    playRate: random.chance(kind.video) ? around(0.6, 0.3) : 0,
  }
}
