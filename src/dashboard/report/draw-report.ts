import { drawDays } from '../../charts/days.ts'
import { type Element, h } from '../../charts/tree.ts'
import { addDays, daysOf } from '../../model/calendar-date.ts'
import { LOOKBACK_DAYS } from '../../model/slice.ts'
import { summaryOf, titleOf, toDaysData } from '../by-day.ts'
import { changeOf, type Formats } from '../format.ts'
import { MEASURES, type Measure, type MeasureName } from '../measures.ts'
import { wordsOfMovers } from '../mover-words.ts'
import { OVERVIEW_MEASURES } from '../panels/figures-by-day.ts'
import { byAge, byCampaign, byCountry, funnel } from './bar-sections.ts'
import { wordsOfCoverage } from './coverage.ts'
import type { Chapter } from './read-report.ts'
import type { DrawOptions, Section } from './section.ts'

export interface DrawnChapter {
  readonly title: string
  /** What the figures are of, and how far they can be trusted. */
  readonly lines: readonly string[]
  readonly sections: readonly Section[]
}

const CHART_HEIGHT = 260

/** Everything that a report shows of one currency, in its order. */
export function drawChapter(chapter: Chapter, options: DrawOptions): DrawnChapter {
  const { scope, coverage } = chapter
  const names = scope.accounts.map(({ name }) => name)
  return {
    title: titleOfAccounts(names),
    lines: scopeLines(chapter, options.formats),
    // Figures of nothing would look like figures of zero.
    sections: (coverage.isEmpty
      ? []
      : [
          cards(chapter, options),
          byDay(chapter, options),
          moved(chapter, options),
          byCampaign(chapter, options),
          byCountry(chapter, options),
          byAge(chapter, options),
          funnel(chapter, options),
        ]
    ).filter((section) => section !== null),
  }
}

function titleOfAccounts(names: readonly string[]): string {
  if (names.length === 0) return 'No ad account'
  return names.length <= 3 ? names.join(', ') : `${names.length} ad accounts`
}

function scopeLines({ scope, coverage }: Chapter, formats: Formats): string[] {
  const days = daysOf(scope.since, scope.until)
  const settling = days.filter((_, i) => scope.days[i] === 'settling').at(-1)
  return [
    [
      formats.days(scope.since, scope.until),
      ...(scope.currency ? [scope.currency] : []),
      ...(scope.timezones.length === 1 ? [`days in ${scope.timezones[0]}`] : []),
    ].join(' · '),
    wordsOfCoverage(coverage, formats.days),
    ...(scope.previous && scope.obstacle === null && !coverage.isEmpty
      ? [`Changes are against ${formats.days(scope.previous.since, scope.previous.until)}.`]
      : []),
    ...(settling ? [`Meta may change figures until ${formats.day(addDays(settling, LOOKBACK_DAYS))}.`] : []),
  ]
}

const CARD_HEIGHT = 84
const CARDS_A_ROW = 3

function cards({ scope, overview }: Chapter, { width, theme, formats }: DrawOptions): Section {
  const names = OVERVIEW_MEASURES.filter((name) => name !== 'purchase_value')
  const card = width / CARDS_A_ROW
  const rows = Math.ceil(names.length / CARDS_A_ROW)
  const obstacle = scope.obstacle
  const texts = names.flatMap((name, i) => {
    const x = (i % CARDS_A_ROW) * card
    const y = Math.floor(i / CARDS_A_ROW) * CARD_HEIGHT
    const now = overview.current.total[name]
    const before = overview.previous?.total[name] ?? null
    const value = formats.measure(name, now, { currency: scope.currency })
    const change = obstacle === null ? changeWords(name, now, before, formats) : null
    return [
      h('text', { x, y: y + 16, fill: theme.muted, 'font-size': 13 }, MEASURES[name].label),
      h('text', { x, y: y + 44, fill: theme.text, 'font-size': 24 }, value),
      h('text', { x, y: y + 64, fill: theme.muted, 'font-size': 13 }, change ?? ''),
    ]
  })
  const height = rows * CARD_HEIGHT
  const summary = names
    .map(
      (name) =>
        `${MEASURES[name].label} ${formats.measure(name, overview.current.total[name], { currency: scope.currency })}`,
    )
    .join(', ')
  return {
    title: 'In short',
    lines: [],
    drawing: { height, element: frame(width, height, summary, texts) },
  }
}

function frame(width: number, height: number, summary: string, children: readonly Element[]): Element {
  return h(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-label': summary,
    },
    children,
  )
}

function changeWords(
  name: MeasureName,
  now: string | null,
  before: string | null,
  formats: Formats,
): string | null {
  const change = changeOf(now, before)
  if (change === null) return null
  const { per }: Measure = MEASURES[name]
  const word = change >= 0 ? (per ? 'higher' : 'more') : per ? 'lower' : 'less'
  return `${formats.share(Math.abs(change), 1)} ${word} than the period before`
}

function byDay(
  { scope, overview, changes }: Chapter,
  { width, theme, formats }: DrawOptions,
): Section | null {
  const data = toDaysData(scope, { ...overview, metric: 'spend', changes }, formats)
  if (data.bars.values.every((value) => value === null)) return null
  const title = titleOf('spend')
  const element = drawDays(data, {
    width,
    height: CHART_HEIGHT,
    theme,
    formatDay: formats.shortDay,
    summary: summaryOf(title, data, formats),
  })
  const legend = `Bars: ${data.bars.label.toLowerCase()}, left. Line: ${data.line?.label.toLowerCase()}, right.`
  return {
    title,
    lines: [data.previous ? `${legend} Grey: the period before.` : legend],
    drawing: { element, height: CHART_HEIGHT },
  }
}

function moved({ scope, movers }: Chapter, { formats }: DrawOptions): Section | null {
  if (scope.previous === null || scope.obstacle !== null) return null
  const words = wordsOfMovers(movers.rows, scope.currency, formats)
  if (words.length === 0) return null
  return {
    title: 'What moved most',
    lines: words.map(({ name, text }) => `${name}: ${text}.`),
    drawing: null,
  }
}
