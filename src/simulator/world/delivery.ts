import { type Metrics, noMetrics } from './metrics.ts'
import { chanceOf, createRandom, hash, type Random } from './random.ts'
import type { WorldAd } from './world-objects.ts'

/** Keeps the draws for one purpose apart from those for another. */
const STREAM = { figures: 1, idle: 2, lateConversion: 3, legacy: 4 } as const

/** An ad that has stopped can still be credited with conversions for this long. */
const LATE_CONVERSION_DAYS = 7
/** Within so many days after `inline_link_clicks` was introduced, only some rows have it. */
const INTRODUCTION_DAYS = 7
const LEARNING_DAYS = 7

export type DeliveryKind = 'none' | 'delivered' | 'converted-late'

/** Whether the ad has a row for the day, once all is known. `day` counts from the epoch. */
export function deliveryKind(ad: WorldAd, day: number): DeliveryKind {
  if (day < ad.firstDay) return 'none'
  if (ad.lastDay === null || day <= ad.lastDay) {
    return chanceOf(ad.seed, day, STREAM.idle) < 0.06 ? 'none' : 'delivered'
  }
  const wasAlive = ad.lastDay >= ad.firstDay && day - ad.lastDay <= LATE_CONVERSION_DAYS
  return wasAlive && chanceOf(ad.seed, day, STREAM.lateConversion) < 0.12 ? 'converted-late' : 'none'
}

/** The day's figures once all is known, null where the ad has no row. Days before `legacyDay` lack a field. */
export function finalMetrics(ad: WorldAd, day: number, legacyDay: number): Metrics | null {
  const kind = deliveryKind(ad, day)
  if (kind === 'none') return null
  const random = createRandom(hash(ad.seed, day, STREAM.figures))
  const metrics = kind === 'delivered' ? deliver(ad, day, random) : convertLate(ad, random)
  const age = day - legacyDay
  metrics.hasInlineLinkClicks =
    age >= INTRODUCTION_DAYS || (age >= 0 && chanceOf(ad.seed, day, STREAM.legacy) < 0.5)
  if (!metrics.hasInlineLinkClicks) metrics.inlineLinkClicks = 0
  return metrics
}

function deliver(ad: WorldAd, day: number, random: Random): Metrics {
  const { profile } = ad
  const noise = (spread: number) => 1 + spread * (random.next() + random.next() - 1)
  /** A whole number near `share` of `whole`, never above it; small ones round by chance. */
  const part = (whole: number, share: number, spread = 0.25) =>
    Math.min(whole, Math.floor(whole * share * noise(spread) + random.next()))

  const m = noMetrics()
  m.impressions = Math.max(1, Math.round(profile.impressions * demandOn(day) * noise(0.35)))
  // In its learning phase an ad pays more for less.
  const learning = Math.max(0, 1 - (day - ad.firstDay) / LEARNING_DAYS)
  m.impressions = Math.max(1, Math.round(m.impressions * (1 - 0.4 * learning)))
  m.spendMinor = Math.round(
    (m.impressions / 1000) * profile.costPerMilleMinor * (1 + 0.5 * learning) * noise(0.2),
  )
  m.reach = Math.max(1, Math.round(m.impressions * (0.65 + 0.3 * random.next())))
  m.clicks = part(m.impressions, profile.clickRate)
  m.linkClicks = part(m.clicks, profile.linkRate)
  m.inlineLinkClicks = part(m.linkClicks, 0.99, 0.02)
  m.outboundClicks = part(m.linkClicks, 0.9, 0.1)
  m.landingPageViews = part(m.linkClicks, profile.landingRate)
  m.viewContent = part(m.landingPageViews, profile.viewRate)
  m.addToCart = part(m.viewContent, profile.cartRate)
  m.checkouts = part(m.addToCart, profile.checkoutRate)
  m.purchases = part(m.checkouts, profile.purchaseRate)
  m.addToCartValueMinor = Math.round(m.addToCart * profile.orderMinor * noise(0.3))
  m.purchaseValueMinor = Math.round(m.purchases * profile.orderMinor * noise(0.3))
  m.leads = part(m.linkClicks, profile.leadRate)
  m.videoPlays = part(m.impressions, profile.playRate)
  m.videoViews = part(m.videoPlays, 0.35)
  m.videoP25 = part(m.videoViews, 0.7)
  m.videoP50 = part(m.videoP25, 0.6)
  m.videoP75 = part(m.videoP50, 0.65)
  m.videoP95 = part(m.videoP75, 0.75)
  m.videoP100 = part(m.videoP95, 0.85)
  m.thruplays = part(m.videoViews, 0.3)
  m.reactions = part(m.impressions, 0.002)
  m.comments = part(m.reactions, 0.1)
  m.shares = part(m.reactions, 0.08)
  m.saves = part(m.reactions, 0.06)
  return m
}

/** A row without impressions: the purchase came after the ad had stopped. */
function convertLate(ad: WorldAd, random: Random): Metrics {
  const m = noMetrics()
  m.purchases = ad.profile.cartRate > 0 ? random.int(1, 2) : 0
  m.purchaseValueMinor = Math.round(m.purchases * ad.profile.orderMinor)
  m.leads = m.purchases === 0 ? 1 : 0
  return m
}

/** Weekday and season: Thursdays and Novembers are strong, Saturdays and summers weak. */
function demandOn(day: number): number {
  const weekday = [1.1, 1.08, 0.92, 0.86, 0.98, 1.02, 1.04][day % 7] ?? 1
  const season = 1 + 0.18 * Math.cos((2 * Math.PI * (day - 325)) / 365.25)
  return weekday * season
}
