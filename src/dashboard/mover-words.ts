import { changeOf, type Formats } from './format.ts'
import type { Mover } from './panels/movers.ts'

interface MoverWords {
  readonly id: string
  readonly name: string
  readonly text: string
}

const MOST_WORDS = 5
/** Of all that was spent; less is noise. */
const LEAST_SHARE = 0.01

/** The campaigns whose amount spent, or whose return, moved the account most, in words. */
export function wordsOfMovers(
  movers: readonly Mover[],
  currency: string | null,
  formats: Formats,
): MoverWords[] {
  const total = movers.reduce((sum, row) => sum + Math.max(Number(row.spend), Number(row.previous_spend)), 0)
  return movers
    .map((row) => ({ row, weight: weightOf(row) }))
    .filter(({ weight }) => weight > LEAST_SHARE * total)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, MOST_WORDS)
    .map(({ row }) => ({ id: row.id, name: row.name, text: wordsOf(row, currency, formats) }))
}

/** How much money the change is about: what more or less was spent, or what more or less came back for the same. */
function weightOf(row: Mover): number {
  const spent = Math.abs(Number(row.spend) - Number(row.previous_spend))
  const before = Number(row.previous_spend)
  if (before === 0) return spent
  const expected = (Number(row.previous_purchase_value) / before) * Number(row.spend)
  return Math.max(spent, Math.abs(Number(row.purchase_value) - expected))
}

function wordsOf(row: Mover, currency: string | null, formats: Formats): string {
  const spend = Number(row.spend)
  const before = Number(row.previous_spend)
  if (before === 0) return `new, spent ${formats.measure('spend', spend, { currency })}`
  if (spend === 0) return `spent nothing, ${formats.measure('spend', before, { currency })} before`
  const change = changeOf(spend, before) ?? 0
  const difference = formats.value('money', Math.abs(spend - before), { currency })
  const parts = [
    Math.abs(change) < 0.01
      ? 'spent the same'
      : `spent ${difference} ${change > 0 ? 'more' : 'less'} (${formats.share(Math.abs(change))})`,
  ]
  const purchases = Number(row.purchases) - Number(row.previous_purchases)
  if (purchases !== 0)
    parts.push(
      `${formats.value('count', Math.abs(purchases), { currency })} ${Math.abs(purchases) === 1 ? 'purchase' : 'purchases'} ${purchases > 0 ? 'more' : 'fewer'}`,
    )
  const roas = Number(row.purchase_value) / spend
  const roasBefore = Number(row.previous_purchase_value) / before
  if (roas > 0 || roasBefore > 0)
    parts.push(
      `ROAS ${formats.measure('roas', roasBefore, { currency })} → ${formats.measure('roas', roas, { currency })}`,
    )
  return parts.join(', ')
}
