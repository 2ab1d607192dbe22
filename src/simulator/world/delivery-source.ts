import { type AsOf, isKnown, knownMetrics } from './aging.ts'
import { METRICS, type Metrics, scaleMetrics } from './metrics.ts'
import { chanceOf } from './random.ts'
import type { WorldAd } from './world-objects.ts'

/** Where the figures of an ad's day come from. `day` counts from the epoch. */
export interface DeliverySource {
  /** Whether `metrics` would find something, at a lower price. */
  has(ad: WorldAd, day: number, asOf: AsOf): boolean
  /** A fresh object that the caller may change; null where the ad has no row. */
  metrics(ad: WorldAd, day: number, asOf: AsOf): Metrics | null
}

/** Makes each ad's day from the seed when it is asked for, and keeps nothing. */
export function createGeneratedDelivery(legacyDay: number): DeliverySource {
  return {
    has: (ad, day, asOf) => isKnown(ad, day, asOf, legacyDay),
    metrics: (ad, day, asOf) => knownMetrics(ad, day, asOf, legacyDay),
  }
}

const STREAM = { fate: 21, size: 22 } as const

/**
 * Lays revisions over a source: revision 0 is the source itself; in any other some rows are gone, some
 * are smaller, and some days that were empty have the figures of the day before.
 */
export function withRevisions(
  source: DeliverySource,
  revisionOf: (ad: WorldAd, day: number) => number,
): DeliverySource {
  const fateOf = (ad: WorldAd, day: number) => {
    const revision = revisionOf(ad, day)
    if (revision === 0) return 'as-is'
    const fate = chanceOf(ad.seed, day, STREAM.fate, revision)
    return fate < 0.08 ? 'vanished' : fate < 0.5 ? 'changed' : 'as-is'
  }
  return {
    has: (ad, day, asOf) => {
      const fate = fateOf(ad, day)
      if (source.has(ad, day, asOf)) return fate !== 'vanished'
      return fate === 'changed' && day < asOf.today && source.has(ad, day - 1, asOf)
    },
    metrics: (ad, day, asOf) => {
      const fate = fateOf(ad, day)
      const metrics = source.metrics(ad, day, asOf)
      if (metrics === null) {
        return fate === 'changed' && day < asOf.today ? source.metrics(ad, day - 1, asOf) : null
      }
      if (fate === 'vanished') return null
      if (fate === 'changed' && metrics.impressions > 1) {
        scaleMetrics(metrics, METRICS, 0.85 + 0.14 * chanceOf(ad.seed, day, STREAM.size, revisionOf(ad, day)))
        metrics.impressions = Math.max(1, metrics.impressions)
      }
      return metrics
    },
  }
}
