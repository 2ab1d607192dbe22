import type { CallChance } from './call-chance.ts'

/** How long answers take: the same each, anything between two bounds, or lognormal with a long tail. */
export type Latency =
  | number
  | { readonly leastMs: number; readonly mostMs: number }
  | { readonly medianMs: number; readonly p99Ms: number }

/** The 99th percentile of the normal distribution, in standard deviations. */
const P99 = 2.326_347_874

/** How long this answer takes, in ms. */
export function latencyOf(latency: Latency, chance: CallChance): number {
  if (typeof latency === 'number') return latency
  if ('leastMs' in latency) {
    const { leastMs, mostMs } = latency
    return Math.round(leastMs + chance('latency') * (mostMs - leastMs))
  }
  const { medianMs, p99Ms } = latency
  const deviation = Math.log(p99Ms / medianMs) / P99
  // https://en.wikipedia.org/wiki/Box–Muller_transform; 1 - chance is never 0.
  const distance = Math.sqrt(-2 * Math.log(1 - chance('latency')))
  const normal = distance * Math.cos(2 * Math.PI * chance('latency angle'))
  return Math.round(medianMs * Math.exp(deviation * normal))
}
