import type { Theme } from './theme.ts'
import { type Element, h } from './tree.ts'

export interface Bar {
  readonly label: string
  /** Not negative. */
  readonly value: number
  /** What stands at its end, column by column. */
  readonly figures: readonly string[]
}

export interface BarListOptions {
  readonly width: number
  readonly theme: Theme
  readonly summary: string
  /** Heads of the figures. */
  readonly heads: readonly string[]
}

const ROW = 24
const HEAD = 22
const LABEL = 0.3
const FIGURE = 96
/** Of a character of 13 pixels, on average. */
const CHARACTER = 7

export function barListHeight(bars: readonly Bar[]): number {
  return HEAD + ROW * bars.length
}

/** A bar for each thing that has a name, with its figures to the right. */
export function drawBarList(bars: readonly Bar[], { width, theme, summary, heads }: BarListOptions): Element {
  const left = width * LABEL
  const right = width - heads.length * FIGURE
  const most = Math.max(0, ...bars.map(({ value }) => value)) || 1
  const columns = heads.map((_, i) => right + (i + 1) * FIGURE)
  const cell = (content: string, x: number, y: number, fill: string, anchor: 'start' | 'end') =>
    h('text', { x, y, fill, 'text-anchor': anchor }, content)
  return h(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${barListHeight(bars)}`,
      role: 'img',
      'aria-label': summary,
      'font-size': 13,
    },
    heads.map((head, i) => cell(head, columns[i] ?? 0, 14, theme.muted, 'end')),
    bars.map(({ label, value, figures }, i) => {
      const y = HEAD + i * ROW
      return [
        h('text', { x: 0, y: y + 16, fill: theme.text }, shorten(label, left - 12), h('title', {}, label)),
        h('rect', {
          x: left,
          y: y + 6,
          width: (Math.max(0, value) / most) * (right - left - 8),
          height: 12,
          rx: 2,
          fill: theme.series[0],
        }),
        figures.map((figure, column) => cell(figure, columns[column] ?? 0, y + 16, theme.text, 'end')),
      ]
    }),
  )
}

/** Cut where it would run into the bars; the whole stands in the title. */
function shorten(text: string, width: number): string {
  const most = Math.max(4, Math.floor(width / CHARACTER))
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}
