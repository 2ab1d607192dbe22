import { deliveryKind, finalMetrics } from './delivery.ts'
import { METRICS, type Metric, type Metrics, scaleMetrics } from './metrics.ts'
import { chanceOf, hash } from './random.ts'
import type { WorldAd } from './world-objects.ts'

/** The moment, in the account's own days, from which figures are looked at. */
export interface AsOf {
  /** Days since the epoch. */
  readonly today: number
  /** How much of today is over. */
  readonly dayFraction: number
}

/** From this age on, in days, a day's figures do not change any more. */
const FROZEN_AGE = 28

const STREAM = { presence: 11, threshold: 12, correction: 13, size: 14 } as const
const CONVERSIONS: readonly Metric[] = [
  'addToCart',
  'checkouts',
  'purchases',
  'addToCartValueMinor',
  'purchaseValueMinor',
  'leads',
]

/** Whether the ad has a row for the day as things are known at `asOf`; cheap, but for today. */
export function isKnown(ad: WorldAd, day: number, asOf: AsOf, legacyDay: number): boolean {
  if (day === asOf.today) return knownMetrics(ad, day, asOf, legacyDay) !== null
  const kind = deliveryKind(ad, day)
  return kind !== 'none' && isPresent(ad, day, asOf.today - day, kind === 'converted-late')
}

/**
 * The day's figures as they are known at `asOf`. Until the day is 28 days old conversions come in, spend
 * is corrected, a few rows appear late and a few vanish. Today grows with its hours.
 */
export function knownMetrics(ad: WorldAd, day: number, asOf: AsOf, legacyDay: number): Metrics | null {
  const age = asOf.today - day
  if (age < 0) return null
  const metrics = finalMetrics(ad, day, legacyDay)
  if (metrics === null || !isPresent(ad, day, age, metrics.impressions === 0)) return null
  if (age >= FROZEN_AGE) return metrics

  const young = (FROZEN_AGE - age) / FROZEN_AGE
  if (metrics.impressions > 0) scaleMetrics(metrics, CONVERSIONS, 1 - 0.4 * young ** 2)
  correctSpend(metrics, ad, day, age)
  if (age > 0) return metrics

  scaleMetrics(metrics, METRICS, asOf.dayFraction)
  return metrics.impressions > 0 ? metrics : null
}

function isPresent(ad: WorldAd, day: number, age: number, convertedLate: boolean): boolean {
  if (age < 0) return false
  const fate = chanceOf(ad.seed, day, STREAM.presence)
  const threshold = thresholdOf(ad, day, STREAM.threshold)
  if (convertedLate || fate < 0.02) return age >= threshold
  return fate < 0.035 ? age < threshold : true
}

/** Clicks and impressions found invalid are taken off the bill some days later. */
function correctSpend(metrics: Metrics, ad: WorldAd, day: number, age: number): void {
  if (chanceOf(ad.seed, day, STREAM.correction) >= 0.25) return
  if (age >= thresholdOf(ad, day, STREAM.correction)) return
  const surplus = 1 + 0.002 + 0.03 * chanceOf(ad.seed, day, STREAM.size)
  metrics.spendMinor = Math.round(metrics.spendMinor * surplus)
  metrics.impressions = Math.round(metrics.impressions * surplus)
}

/** An age from 1 to 27 at which something about the day changes for good. */
function thresholdOf(ad: WorldAd, day: number, stream: number): number {
  return 1 + (hash(ad.seed, day, stream, 1) % (FROZEN_AGE - 1))
}
