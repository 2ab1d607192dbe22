import { apportion } from './apportion.ts'
import { isMoney, METRICS, type Metric, type Metrics, noMetrics, parentOf } from './metrics.ts'
import { chanceOf } from './random.ts'

const STREAM = 41

/**
 * Splits `whole` by the weights: every metric but reach sums to the whole again, and where the whole
 * narrows from a metric to the next, so does each part. A part of which nothing is left is null.
 */
export function splitMetrics(
  whole: Readonly<Metrics>,
  weights: readonly number[],
  seed: number,
): (Metrics | null)[] {
  const parts = weights.map(() => ({ ...noMetrics(), hasInlineLinkClicks: whole.hasInlineLinkClicks }))
  const isUsed = weights.map(() => false)
  for (const [order, metric] of METRICS.entries()) {
    if (whole[metric] === 0) continue
    const shares = shareOut(
      whole,
      metric,
      parts,
      weights,
      (index) => 0.6 + 0.8 * chanceOf(seed, index, order, STREAM),
    )
    for (const [index, part] of parts.entries()) {
      part[metric] = shares[index] ?? 0
      if (part[metric] > 0) isUsed[index] = true
    }
  }
  const perImpression = whole.impressions > 0 ? whole.reach / whole.impressions : 0
  return parts.map((part, index) => {
    part.reach = Math.min(part.impressions, Math.ceil(part.impressions * Math.min(1, perImpression * 1.05)))
    return isUsed[index] ? part : null
  })
}

function shareOut(
  whole: Readonly<Metrics>,
  metric: Metric,
  parts: readonly Metrics[],
  weights: readonly number[],
  tasteOf: (index: number) => number,
): number[] {
  const parent = parentOf(metric)
  const total = whole[metric]
  // A conversion that came late has no impression, no click to go by.
  if (parent === null || whole[parent] === 0) return apportion(total, weights)
  const caps = parts.map((part) => part[parent])
  const tasted = caps.map((cap, index) => cap * tasteOf(index))
  if (isMoney(metric)) return apportion(total, tasted)
  return whole[parent] < total ? apportion(total, weights) : apportion(total, tasted, caps)
}
