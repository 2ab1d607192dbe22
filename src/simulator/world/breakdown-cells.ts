import {
  BREAKDOWN_FAMILIES,
  type BreakdownFamily,
  HOURS,
  PEOPLE,
  PLACEMENT,
  placesOf,
  type WeightedKeys,
} from './breakdown-values.ts'
import { addMetrics, type Metrics } from './metrics.ts'
import { chanceOf } from './random.ts'
import { splitMetrics } from './split-metrics.ts'
import type { WorldAd } from './world-objects.ts'

export interface BreakdownCell {
  /** The breakdown's values; one that Meta does not know is absent, or says so. */
  readonly keys: Readonly<Record<string, string>>
  readonly metrics: Metrics
}

const STREAM = { taste: 31, unattributed: 32 } as const

/** The family that holds all of the breakdowns; null when the world has none such. */
function familyOf(breakdowns: readonly string[]): BreakdownFamily | null {
  const families = Object.keys(BREAKDOWN_FAMILIES) as BreakdownFamily[]
  return (
    families.find((family) => {
      const members: readonly string[] = BREAKDOWN_FAMILIES[family]
      return breakdowns.every((name) => members.includes(name))
    }) ?? null
  )
}

/**
 * Splits an ad's day by the breakdowns, of one family; the parts sum to the whole in all but reach.
 * Without breakdowns the whole is the one part; breakdowns of no family have no parts.
 */
export function breakdownCells(
  ad: WorldAd,
  day: number,
  whole: Metrics,
  breakdowns: readonly string[],
): BreakdownCell[] {
  if (breakdowns.length === 0) return [{ keys: {}, metrics: whole }]
  const family = familyOf(breakdowns)
  if (family === null) return []
  const base = [...valuesOf(family, ad), ...unattributed(family, ad, day)]
  const parts = splitMetrics(
    whole,
    base.map(({ weight }, i) => weight * (0.4 + 1.2 * chanceOf(ad.seed, i, STREAM.taste))),
    ad.seed,
  )
  const cells = new Map<string, BreakdownCell>()
  for (const [index, metrics] of parts.entries()) {
    if (metrics === null) continue
    const keys = pick(base[index]?.keys ?? {}, breakdowns)
    // An hour without an impression comes without its key.
    const shown = family === 'hour' && metrics.impressions === 0 ? {} : keys
    const id = JSON.stringify(shown)
    const cell = cells.get(id)
    if (cell) addMetrics(cell.metrics, metrics)
    else cells.set(id, { keys: shown, metrics })
  }
  // People who are counted in one part have been counted in the whole.
  for (const { metrics } of cells.values()) metrics.reach = Math.min(metrics.reach, whole.reach)
  return [...cells.values()]
}

function valuesOf(family: BreakdownFamily, ad: WorldAd): readonly WeightedKeys[] {
  switch (family) {
    case 'people':
      return PEOPLE
    case 'place':
      return placesOf(ad.account.countries)
    case 'placement':
      return PLACEMENT
    case 'hour':
      return HOURS
    default:
      return family satisfies never
  }
}

/** On some days a part of the people or places is unknown, which the API says in two ways at once. */
function unattributed(family: BreakdownFamily, ad: WorldAd, day: number): WeightedKeys[] {
  if (family === 'placement' || family === 'hour') return []
  if (chanceOf(ad.seed, day, STREAM.unattributed) >= 0.1) return []
  const unknown =
    family === 'people' ? { age: 'Unknown', gender: 'unknown' } : { country: 'unknown', region: 'Unknown' }
  const size = family === 'people' ? 300 : 5
  return [
    { keys: unknown, weight: size },
    { keys: {}, weight: size },
  ]
}

function pick(keys: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = keys[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}
