import { pathOf } from './path.ts'
import type { Theme } from './theme.ts'
import { type Element, h } from './tree.ts'

const WIDTH = 84
const HEIGHT = 28

/** A small line without axes, for a card or a row; what it shows stands in words beside it. */
export function drawSpark(values: readonly (number | null)[], theme: Theme): Element {
  const known = values.filter((value) => value !== null)
  const most = Math.max(...known)
  const least = Math.min(0, ...known)
  const span = most - least || 1
  const x = (i: number) => 2 + (i * (WIDTH - 4)) / Math.max(1, values.length - 1)
  const y = (value: number) => HEIGHT - 3 - ((value - least) / span) * (HEIGHT - 6)
  return h(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, 'aria-hidden': 'true' },
    h('path', { d: pathOf(values, x, y), fill: 'none', stroke: theme.series[0], 'stroke-width': 1.5 }),
  )
}
