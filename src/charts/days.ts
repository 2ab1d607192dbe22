import { scaleLinear } from 'd3-scale'
import { pathOf } from './path.ts'
import type { Theme } from './theme.ts'
import { type Element, h } from './tree.ts'

/** Values day by day; null where a day is not loaded, which leaves a gap: it is not 0. */
export interface Series {
  readonly label: string
  readonly values: readonly (number | null)[]
  readonly format: (value: number) => string
  /** For the axis, where there is little room. */
  readonly formatShort: (value: number) => string
}

export interface DaysData {
  readonly days: readonly string[]
  /** As bars, on the left axis. */
  readonly bars: Series
  /** As a line, on the right axis. */
  readonly line: Series | null
  /** The values of `bars` in the period before, day for day; grey and dashed. */
  readonly previous: readonly (number | null)[] | null
  /** Days at the end whose figures still arrive: paler, dashed. */
  readonly arriving: number
  /** How many things changed on a day; shown as marks under the axis. */
  readonly marks: readonly number[]
  /** What both are measured against, on one axis; they have an axis each when there is none. */
  readonly limits?: readonly Limit[]
}

/** A line across, e.g. the share of a quota at which calls pause. */
interface Limit {
  readonly value: number
  readonly label: string
}

export interface DaysOptions {
  readonly width: number
  readonly height: number
  readonly theme: Theme
  readonly formatDay: (day: string) => string
  readonly summary: string
}

export interface DaysLayout {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  /** Of one day. */
  readonly step: number
  /** The middle of a day. */
  x(index: number): number
}

const FONT = 12
const LEFT = 64
const RIGHT = 60
const TOP = 12
const MARK_LANE = 20
/** Room for a label of the date axis. */
const LABEL_WIDTH = 72

/** Where things are, for who draws a cursor over the chart. */
export function layoutDays(
  { days, line, marks, limits }: DaysData,
  { width, height }: DaysOptions,
): DaysLayout {
  const hasMarks = marks.some((count) => count > 0)
  const left = Math.min(LEFT, width / 4)
  const right = width - (line && !(limits && limits.length > 0) ? Math.min(RIGHT, width / 4) : 12)
  const step = (right - left) / Math.max(1, days.length)
  return {
    left,
    right,
    top: TOP,
    bottom: height - 24 - (hasMarks ? MARK_LANE : 0),
    step,
    x: (index) => left + step * (index + 0.5),
  }
}

/** Bars by day, with a line on a scale of its own, the period before, and marks of what changed. */
export function drawDays(data: DaysData, options: DaysOptions): Element {
  const { days, bars, line, previous, arriving, marks, limits = [] } = data
  const { width, height, theme, formatDay, summary } = options
  const at = layoutDays(data, options)
  const isShared = limits.length > 0
  const ofLine = line?.values ?? []
  const ofBars = [...bars.values, ...(previous ?? [])]
  const yBars = scaleOf(isShared ? [...ofBars, ...ofLine, ...limits.map(({ value }) => value)] : ofBars, at)
  const yLine = isShared ? yBars : scaleOf(ofLine, at)
  const firstArriving = days.length - arriving
  const barWidth = Math.max(1, Math.min(28, at.step * 0.68))
  return h(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-label': summary,
      'font-size': FONT,
    },
    yBars.ticks.map((tick) => [
      h('line', { x1: at.left, x2: at.right, y1: yBars.y(tick), y2: yBars.y(tick), stroke: theme.grid }),
      text(bars.formatShort(tick), at.left - 8, yBars.y(tick) + 4, theme.muted, 'end'),
    ]),
    limits.map(({ value, label }) => [
      h('line', {
        x1: at.left,
        x2: at.right,
        y1: yBars.y(value),
        y2: yBars.y(value),
        stroke: theme.series[2],
        'stroke-dasharray': '6 4',
      }),
      text(label, at.left + 4, yBars.y(value) - 4, theme.muted, 'start'),
    ]),
    line && !isShared
      ? yLine.ticks.map((tick) =>
          text(line.formatShort(tick), at.right + 8, yLine.y(tick) + 4, theme.series[1], 'start'),
        )
      : null,
    bars.values.map((value, i) =>
      value === null
        ? null
        : h('rect', {
            x: at.x(i) - barWidth / 2,
            y: yBars.y(Math.max(0, value)),
            width: barWidth,
            height: Math.max(0, yBars.y(0) - yBars.y(Math.max(0, value))),
            rx: Math.min(2, barWidth / 4),
            fill: theme.series[0],
            'fill-opacity': i >= firstArriving ? 0.35 : 0.9,
            ...(i >= firstArriving && { stroke: theme.series[0], 'stroke-dasharray': '3 2' }),
          }),
    ),
    previous
      ? h('path', {
          d: pathOf(previous, at.x, yBars.y),
          fill: 'none',
          stroke: theme.previous,
          'stroke-width': 1.5,
          'stroke-dasharray': '4 3',
        })
      : null,
    line
      ? [
          lineOf(line.values.slice(0, Math.max(1, firstArriving)), at, yLine.y, theme.series[1]),
          arriving > 0 && firstArriving > 0
            ? h('path', {
                d: pathOf(
                  line.values.map((value, i) => (i >= firstArriving - 1 ? value : null)),
                  at.x,
                  yLine.y,
                ),
                fill: 'none',
                stroke: theme.series[1],
                'stroke-width': 2,
                'stroke-dasharray': '2 4',
              })
            : null,
        ]
      : null,
    marks.map((count, i) =>
      count > 0 ? markOf(count, at.x(i), at.bottom + 24 + MARK_LANE / 2, theme) : null,
    ),
    dateTicks(days, at).map((i) =>
      text(formatDay(days[i] ?? ''), at.x(i), at.bottom + 17, theme.muted, 'middle'),
    ),
  )
}

interface Scale {
  readonly ticks: readonly number[]
  y(value: number): number
}

/** From 0, so that a bar’s length is its value; a little above the largest. */
function scaleOf(values: readonly (number | null)[], { top, bottom }: DaysLayout): Scale {
  const most = Math.max(0, ...values.filter((value) => value !== null && Number.isFinite(value)).map(Number))
  const scale = scaleLinear([0, most === 0 ? 1 : most], [bottom, top]).nice(4)
  // Of things that are counted there is no half.
  const areWhole = values.every((value) => value === null || Number.isInteger(value))
  const ticks = scale.ticks(4).filter((tick) => !areWhole || Number.isInteger(tick))
  return { ticks: most === 0 ? [0] : ticks, y: (value) => scale(value) }
}

/** A lone day between two gaps would be a line without length: it is a dot. */
function lineOf(
  values: readonly (number | null)[],
  at: DaysLayout,
  y: (value: number) => number,
  color: string,
): Element[] {
  const dots = values.flatMap((value, i) =>
    value !== null && (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null
      ? [h('circle', { cx: at.x(i), cy: y(value), r: 3, fill: color })]
      : [],
  )
  return [
    h('path', {
      d: pathOf(values, at.x, y),
      fill: 'none',
      stroke: color,
      'stroke-width': 2,
      'stroke-linejoin': 'round',
    }),
    ...dots,
  ]
}

/** Every so many days that the labels do not touch; weeks where that fits. */
function dateTicks(days: readonly string[], { step }: DaysLayout): number[] {
  const least = Math.max(1, Math.ceil(LABEL_WIDTH / Math.max(step, 0.01)))
  const every = [1, 2, 7, 14, 28, 56, 91, 182, 364].find((count) => count >= least) ?? least
  return days.flatMap((_, i) =>
    i % every === 0 && (i + 0.5) * step + LABEL_WIDTH / 2 <= days.length * step + 40 ? [i] : [],
  )
}

function markOf(count: number, x: number, y: number, theme: Theme): Element[] {
  return [
    h('circle', { cx: x, cy: y, r: count > 99 ? 12 : 8, fill: theme.surface, stroke: theme.series[2] }),
    text(count > 99 ? '99+' : String(count), x, y + 4, theme.series[2], 'middle'),
  ]
}

function text(
  content: string,
  x: number,
  y: number,
  fill: string,
  anchor: 'start' | 'middle' | 'end',
): Element {
  return h('text', { x, y, fill, 'text-anchor': anchor }, content)
}
