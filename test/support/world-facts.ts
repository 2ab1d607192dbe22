import { type CalendarDate, toDateId } from '../../src/model/calendar-date.ts'
import type { FactTableName } from '../../src/model/fact.ts'
import { actionEntries, windowShares } from '../../src/simulator/insights/action-entries.ts'
import { addMetrics, type Metrics } from '../../src/simulator/world/metrics.ts'
import type { WorldAccount } from '../../src/simulator/world/world-objects.ts'
import type { World } from '../../src/simulator/world.ts'
import type { PlainFact } from './fact-model.ts'

/** Whom, when and from when on to look at a world. */
export interface Look {
  readonly world: World
  readonly account: WorldAccount
  readonly days: readonly CalendarDate[]
  readonly nowMs: number
}

type TruthRow = ReturnType<World['insights']>[number]

const BREAKDOWNS = {
  fact_core_metrics: [],
  fact_action_metrics: [],
  fact_age_gender_metrics: ['age', 'gender'],
  fact_country_metrics: ['country'],
} as const satisfies Record<FactTableName, readonly string[]>

/** How the fact tables call the API's breakdowns. */
const LOOKUPS: Readonly<Record<string, string>> = { age: 'age_group', gender: 'gender', country: 'country' }

/** The facts that `table` must hold of what the account's world says, written as `readFacts` writes them. */
export function worldFacts(table: FactTableName, look: Look): PlainFact[] {
  return look.days.flatMap((day) => {
    const rows = look.world.insights(look.account.id, day, BREAKDOWNS[table], look.nowMs)
    if (table === 'fact_action_metrics') return rows.flatMap((row) => actionFacts(row))
    const source = clickSource(rows)
    return [...Map.groupBy(rows, (row) => JSON.stringify(lookupsOf(table, row))).values()].map((group) => {
      const [first] = group
      if (first === undefined) throw new RangeError('a group without rows')
      return { ...lookupsOf(table, first), ...measures(table, group, source) }
    })
  })
}

function keysOf({ ad, date }: TruthRow): PlainFact {
  return {
    date_id: toDateId(date),
    ad_id: ad.id,
    campaign_id: ad.adset.campaign.id,
    adset_id: ad.adset.id,
  }
}

/** The key of a row; what Meta does not know, said in whatever way, is one member. */
function lookupsOf(table: FactTableName, row: TruthRow): PlainFact {
  const values = BREAKDOWNS[table].map((name) => {
    const value = row.breakdown[name] ?? 'unknown'
    return [LOOKUPS[name], value === 'Unknown' ? 'unknown' : value]
  })
  return { ...keysOf(row), ...Object.fromEntries(values) }
}

/** The first of the cascade that any row of an account's day carries. */
function clickSource(rows: readonly TruthRow[]): keyof typeof CLICKS | null {
  if (rows.some(({ metrics }) => metrics.inlineLinkClicks > 0)) return 'inline_link_clicks'
  if (rows.some(({ metrics }) => metrics.linkClicks > 0)) return 'link_clicks'
  if (rows.some(({ metrics }) => metrics.outboundClicks > 0)) return 'outbound_clicks'
  return rows.some(({ metrics }) => metrics.impressions > 0) ? 'clicks_all' : null
}

const CLICKS = {
  inline_link_clicks: 'inlineLinkClicks',
  link_clicks: 'linkClicks',
  outbound_clicks: 'outboundClicks',
  clicks_all: 'clicks',
} as const satisfies Record<string, keyof Metrics>

function measures(
  table: FactTableName,
  group: readonly TruthRow[],
  source: keyof typeof CLICKS | null,
): PlainFact {
  const [first, ...others] = group
  if (first === undefined) throw new RangeError('a group without rows')
  const m: Metrics = { ...first.metrics }
  for (const other of others) addMetrics(m, other.metrics)
  const { offset } = first.ad.account
  const isOne = others.length === 0 && m.impressions > 0
  return {
    spend: m.spendMinor / offset,
    impressions: m.impressions,
    clicks: source === null ? 0 : m[CLICKS[source]],
    click_source: source,
    clicks_all: m.clicks,
    inline_link_clicks: m.inlineLinkClicks,
    outbound_clicks: m.outboundClicks,
    reach: isOne ? m.reach : null,
    purchases: m.purchases,
    purchase_value: m.purchaseValueMinor / offset,
    leads: m.leads,
    add_to_cart: m.addToCart,
    ...(table === 'fact_core_metrics' && {
      link_clicks: m.linkClicks,
      frequency: isOne && m.reach > 0 ? Number((m.impressions / m.reach).toFixed(6)) : null,
      landing_page_views: m.landingPageViews,
      add_to_cart_value: m.addToCartValueMinor / offset,
      initiate_checkout: m.checkouts,
      video_plays: m.videoPlays,
      video_views: m.videoViews,
      video_p25: m.videoP25,
      video_p50: m.videoP50,
      video_p75: m.videoP75,
      video_p95: m.videoP95,
      video_p100: m.videoP100,
      video_thruplays: m.thruplays,
    }),
  }
}

function actionFacts(row: TruthRow): PlainFact[] {
  const { offset } = row.ad.account
  return actionEntries(row.metrics).map(({ type, count, valueMinor, isOffMeta }) => {
    const windows = windowShares(count, isOffMeta)
    return {
      ...keysOf(row),
      action_type: type,
      action_count: count,
      action_value: (valueMinor ?? 0) / offset,
      count_1d_click: windows['1d_click'] ?? 0,
      count_7d_click: windows['7d_click'] ?? 0,
      count_1d_view: windows['1d_view'] ?? 0,
    }
  })
}
