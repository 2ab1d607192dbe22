import { exactAmount, exactCount, exactId, exactText, present, Unclear } from './exact-values.ts'
import type { JsonNode } from './json-tree.ts'

/** A fact as an answer says it: keys as text, measures in units. */
export type ExpectedFact = Readonly<Record<string, string | bigint | null>>

/** What was asked for. */
export interface AskedFacts {
  readonly accountId: string
  readonly report: string
  /** Every one that was asked for. */
  readonly days: readonly string[]
}

interface Sums {
  readonly value: bigint
  readonly '1d_click': bigint
  readonly '7d_click': bigint
  readonly '1d_view': bigint
}

interface Parts {
  readonly record: JsonNode
  readonly counts: ReadonlyMap<string, Sums>
  readonly values: ReadonlyMap<string, Sums>
}

const PURCHASES = [
  'omni_purchase',
  'purchase',
  'offsite_conversion.fb_pixel_purchase',
  'onsite_conversion.purchase',
  'app_custom_event.fb_mobile_purchase',
]
const LEADS = ['lead', 'onsite_conversion.lead_grouped', 'offsite_conversion.fb_pixel_lead']
const CARTS = ['omni_add_to_cart', 'add_to_cart', 'offsite_conversion.fb_pixel_add_to_cart']
const CHECKOUTS = [
  'omni_initiated_checkout',
  'initiate_checkout',
  'offsite_conversion.fb_pixel_initiate_checkout',
]
const LANDINGS = ['landing_page_view', 'omni_landing_page_view']

type Rule = (parts: Parts) => bigint | null

const video: (field: string) => Rule =
  (field) =>
  ({ record }) =>
    itemOf(record, field, 'video_view')

const MEASURES: Readonly<Record<string, Rule>> = {
  spend: ({ record }) => exactAmount(record, 'spend') ?? 0n,
  impressions: ({ record }) => exactCount(record, 'impressions') ?? 0n,
  clicks_all: ({ record }) => exactCount(record, 'clicks') ?? 0n,
  inline_link_clicks: ({ record }) => exactCount(record, 'inline_link_clicks') ?? 0n,
  link_clicks: ({ counts }) => counts.get('link_click')?.value ?? 0n,
  outbound_clicks: ({ record }) => itemOf(record, 'outbound_clicks', 'outbound_click'),
  reach: ({ record }) => exactCount(record, 'reach'),
  purchases: (parts) => converted(parts, PURCHASES).count,
  purchase_value: (parts) => converted(parts, PURCHASES).value,
  leads: (parts) => converted(parts, LEADS).count,
  add_to_cart: (parts) => converted(parts, CARTS).count,
}

const CORE_MEASURES: Readonly<Record<string, Rule>> = {
  frequency: ({ record }) => exactAmount(record, 'frequency'),
  landing_page_views: (parts) => converted(parts, LANDINGS).count,
  add_to_cart_value: (parts) => converted(parts, CARTS).value,
  initiate_checkout: (parts) => converted(parts, CHECKOUTS).count,
  video_plays: video('video_play_actions'),
  video_views: ({ counts }) => counts.get('video_view')?.value ?? 0n,
  video_p25: video('video_p25_watched_actions'),
  video_p50: video('video_p50_watched_actions'),
  video_p75: video('video_p75_watched_actions'),
  video_p95: video('video_p95_watched_actions'),
  video_p100: video('video_p100_watched_actions'),
  video_thruplays: video('video_thruplay_watched_actions'),
}

const LOOKUPS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  core: {},
  age_gender: { age_group: 'age', gender: 'gender' },
  country: { country: 'country' },
}

/**
 * The facts of a record, read from the contract of the warehouse and by nothing of `src/transform`. Throws
 * Unclear when the record says nothing clear, or what was not asked for.
 */
export function expectedFacts(record: JsonNode, asked: AskedFacts): ExpectedFact[] {
  const keys = expectedKeys(record, asked)
  const parts = { record, counts: listOf(record, 'actions'), values: listOf(record, 'action_values', true) }
  const rules = asked.report === 'core' ? { ...MEASURES, ...CORE_MEASURES } : MEASURES
  const lookups = Object.entries(LOOKUPS[asked.report] ?? {}).map(([name, column]) => [
    name,
    memberText(record, column),
  ])
  const table = `fact_${asked.report}_metrics`
  const measures = Object.entries(rules).map(([name, rule]) => [name, rule(parts)])
  const fact = { table, ...keys, ...Object.fromEntries(lookups), ...Object.fromEntries(measures) }
  return asked.report === 'core' ? [fact, ...actionFacts(keys, parts)] : [fact]
}

function expectedKeys(record: JsonNode, { accountId, days }: AskedFacts): ExpectedFact {
  const day = exactText(record, 'date_start')
  if (day === null || !days.includes(day)) throw new Unclear('a day that was not asked for')
  if (exactText(record, 'date_stop') !== day) throw new Unclear('more than a day')
  if ((exactId(record, 'account_id') ?? accountId) !== accountId) throw new Unclear('another account')
  const adId = exactId(record, 'ad_id')
  if (adId === null) throw new Unclear('no ad')
  return {
    account_id: accountId,
    date_id: day.replaceAll('-', ''),
    ad_id: adId,
    campaign_id: parentOf(record, 'campaign_id'),
    adset_id: parentOf(record, 'adset_id'),
  }
}

function parentOf(record: JsonNode, key: string): string {
  const node = present(record, key)
  const isNone =
    node?.kind === 'text'
      ? node.text === '' || node.text === '0'
      : node?.kind === 'number' && Number(node.source) === 0
  return isNone ? '0' : (exactId(record, key) ?? '0')
}

function memberText(record: JsonNode, column: string): string | null {
  const text = exactText(record, column)
  return text?.toLowerCase() === 'unknown' ? null : text
}

function listOf(record: JsonNode, field: string, mayBeNegative = false): Map<string, Sums> {
  const sums = new Map<string, Sums>()
  const list = present(record, field)
  if (list === null) return sums
  if (list.kind !== 'array') throw new Unclear(`${field} is no list`)
  for (const item of list.items) {
    const type = exactText(item, 'action_type')
    if (item.kind !== 'object' || type === null) throw new Unclear(`an item of ${field} without its type`)
    const before = sums.get(type)
    const sum = (key: keyof Sums) => (before?.[key] ?? 0n) + (exactAmount(item, key, mayBeNegative) ?? 0n)
    sums.set(type, {
      value: sum('value'),
      '1d_click': sum('1d_click'),
      '7d_click': sum('7d_click'),
      '1d_view': sum('1d_view'),
    })
  }
  return sums
}

function itemOf(record: JsonNode, field: string, type: string): bigint {
  return listOf(record, field).get(type)?.value ?? 0n
}

/** Count and value of the first type that the row carries. */
function converted({ counts, values }: Parts, order: readonly string[]): { count: bigint; value: bigint } {
  const type = order.find((each) => counts.has(each)) ?? order.find((each) => values.has(each)) ?? ''
  return { count: counts.get(type)?.value ?? 0n, value: values.get(type)?.value ?? 0n }
}

function actionFacts(keys: ExpectedFact, { counts, values }: Parts): ExpectedFact[] {
  const types = new Set([...counts.keys(), ...values.keys()])
  return [...types].map((type) => ({
    table: 'fact_action_metrics',
    ...keys,
    action_type: type,
    action_count: counts.get(type)?.value ?? 0n,
    action_value: values.get(type)?.value ?? 0n,
    count_1d_click: counts.get(type)?.['1d_click'] ?? 0n,
    count_7d_click: counts.get(type)?.['7d_click'] ?? 0n,
    count_1d_view: counts.get(type)?.['1d_view'] ?? 0n,
  }))
}
