import { breakdownCells } from '../world/breakdown-cells.ts'
import { toDayNumber } from '../world/day-number.ts'
import { addMetrics, type Metrics } from '../world/metrics.ts'
import type { WorldAccount, WorldAd, WorldObject } from '../world/world-objects.ts'
import type { World } from '../world.ts'
import type { Period } from './date-preset.ts'
import { type InsightsTests, toInsightsTests } from './insights-filters.ts'
import type { InsightsQuery } from './insights-query.ts'
import type { InsightsRow } from './insights-row.ts'

/** One object in one period: its rows are found together. */
export interface InsightsUnit {
  /** At a lower price than `rows`. */
  count(): number
  rows(): InsightsRow[]
}

/** Every unit of the query as the world is known at `nowMs`, in the order of the answer. */
export function* insightsUnits(query: InsightsQuery, world: World, nowMs: number): Generator<InsightsUnit> {
  const tests = toInsightsTests(query)
  const account = query.node.kind === 'account' ? query.node : query.node.account
  const asOf = world.asOf(account, nowMs)
  const ads = adsOf(query.node).filter(tests.ad)
  for (const [entity, members] of Map.groupBy(ads, (ad) => entityOf(ad, query.level))) {
    if (!tests.entity(entity)) continue
    for (const period of query.periods) {
      const [first, last] = [toDayNumber(period.since), Math.min(toDayNumber(period.until), asOf.today)]
      const days = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i)
      const rows = () => rowsOf(query, { entity, period }, tests, adDays(members, days))
      const isPlain = query.breakdowns.length === 0 && tests.row === null
      yield {
        rows,
        count: () => {
          if (!isPlain) return rows().length
          return members.some((ad) => days.some((day) => world.delivery.has(ad, day, asOf))) ? 1 : 0
        },
      }
    }
  }

  function* adDays(members: readonly WorldAd[], days: readonly number[]) {
    for (const ad of members) {
      for (const day of days) {
        const metrics = world.delivery.metrics(ad, day, asOf)
        if (metrics !== null) yield { ad, day, metrics }
      }
    }
  }
}

function rowsOf(
  query: InsightsQuery,
  unit: { readonly entity: WorldAccount | WorldObject; readonly period: Period },
  tests: InsightsTests,
  adDays: Iterable<{ readonly ad: WorldAd; readonly day: number; readonly metrics: Metrics }>,
): InsightsRow[] {
  const rows = new Map<string, InsightsRow & { readonly metrics: Metrics }>()
  for (const { ad, day, metrics } of adDays) {
    for (const cell of breakdownCells(ad, day, metrics, query.breakdowns)) {
      const key = JSON.stringify(cell.keys)
      const row = rows.get(key)
      if (row) addMetrics(row.metrics, cell.metrics)
      else rows.set(key, { ...unit, breakdown: cell.keys, metrics: cell.metrics })
    }
  }
  return [...rows.values()].filter((row) => tests.row?.(row) ?? true)
}

function adsOf(node: WorldAccount | WorldObject): readonly WorldAd[] {
  switch (node.kind) {
    case 'account':
    case 'adset':
      return node.ads
    case 'campaign':
      return node.adsets.flatMap(({ ads }) => ads)
    case 'ad':
      return [node]
    default:
      return node satisfies never
  }
}

function entityOf(ad: WorldAd, level: InsightsQuery['level']): WorldAccount | WorldObject {
  switch (level) {
    case 'ad':
      return ad
    case 'adset':
      return ad.adset
    case 'campaign':
      return ad.adset.campaign
    case 'account':
      return ad.account
    default:
      return level satisfies never
  }
}
