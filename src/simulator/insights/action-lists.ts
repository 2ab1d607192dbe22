import type { Metrics } from '../world/metrics.ts'
import { type ActionEntry, actionEntries, windowShares } from './action-entries.ts'
import { toMajorUnits } from './amount.ts'

/** One item of a list of actions, as the API sends it. */
export type ActionItem = Readonly<Record<string, string>>

export interface ActionOptions {
  readonly offset: 1 | 100
  readonly windows: readonly string[]
  readonly actionBreakdowns: readonly string[]
  /** Whether what happened off Meta can be broken down as asked. */
  readonly showsOffMeta: boolean
}

/** Of an action breakdown other than `action_type`, what the first two thirds and the rest fall on. */
const SPLITS: Readonly<Record<string, readonly [string, string]>> = {
  action_device: ['iphone', 'desktop'],
  action_destination: ['shop.example', 'facebook.com'],
  action_target_id: ['120214000000000001', '120214000000000002'],
  action_reaction: ['like', 'love'],
}

export function countItems(metrics: Readonly<Metrics>, options: ActionOptions): ActionItem[] {
  return itemsOf(visible(metrics, options), options, ({ count }) => count, String)
}

export function valueItems(metrics: Readonly<Metrics>, options: ActionOptions): ActionItem[] {
  const entries = visible(metrics, options).filter(({ valueMinor }) => valueMinor !== null && valueMinor > 0)
  return itemsOf(
    entries,
    options,
    ({ valueMinor }) => valueMinor ?? 0,
    (minor) => toMajorUnits(minor, options.offset),
  )
}

function visible(metrics: Readonly<Metrics>, { showsOffMeta }: ActionOptions): ActionEntry[] {
  return actionEntries(metrics).filter(({ isOffMeta }) => showsOffMeta || !isOffMeta)
}

function itemsOf(
  entries: readonly ActionEntry[],
  { windows, actionBreakdowns }: ActionOptions,
  amountOf: (entry: ActionEntry) => number,
  toText: (amount: number) => string,
): ActionItem[] {
  const others = actionBreakdowns.filter((name) => name !== 'action_type')
  if (others.some((name) => SPLITS[name] === undefined)) return []
  const sums = new Map<string, { keys: Record<string, string>; amount: number; isOffMeta: boolean }>()
  for (const entry of entries) {
    for (const [index, amount] of shares(amountOf(entry), others.length > 0).entries()) {
      if (amount === 0) continue
      const keys = keysOf(entry.type, actionBreakdowns, index)
      const id = JSON.stringify(keys)
      const sum = sums.get(id) ?? { keys, amount: 0, isOffMeta: entry.isOffMeta }
      sum.amount += amount
      sums.set(id, sum)
    }
  }
  return [...sums.values()].map(({ keys, amount, isOffMeta }) => {
    const seen = windowShares(amount, isOffMeta)
    const asked = windows.flatMap((name) => {
      const share = seen[name]
      return share === undefined ? [] : [[name, toText(share)]]
    })
    return { ...keys, value: toText(amount), ...Object.fromEntries(asked) }
  })
}

function shares(amount: number, isSplit: boolean): number[] {
  const rest = isSplit ? Math.floor(amount / 3) : 0
  return [amount - rest, rest]
}

function keysOf(type: string, actionBreakdowns: readonly string[], share: number): Record<string, string> {
  return Object.fromEntries(
    actionBreakdowns.map((name) => [name, name === 'action_type' ? type : (SPLITS[name]?.[share] ?? '')]),
  )
}
