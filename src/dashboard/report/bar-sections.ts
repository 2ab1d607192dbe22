import { type Bar, barListHeight, drawBarList } from '../../charts/bar-list.ts'
import type { Formats } from '../format.ts'
import { FUNNEL } from '../funnel.ts'
import type { MeasureName } from '../measures.ts'
import type { Figures } from '../panels/figures-by-day.ts'
import type { Chapter } from './read-report.ts'
import type { DrawOptions, Section } from './section.ts'

const MOST_ROWS = 12

function list(
  title: string,
  bars: readonly Bar[],
  heads: readonly string[],
  { width, theme }: DrawOptions,
  lines: readonly string[] = [],
): Section | null {
  if (bars.length === 0) return null
  const summary = `${title}: ${bars.map(({ label, figures }) => `${label} ${figures.join(', ')}`).join('; ')}`
  return {
    title,
    lines,
    table: { heads: ['', ...heads], rows: bars.map(({ label, figures }) => [label, ...figures]) },
    drawing: { element: drawBarList(bars, { width, theme, heads, summary }), height: barListHeight(bars) },
  }
}

/** What it spent as a bar; the amount, purchases and one rate beside it. */
function toBar(
  row: Partial<Figures>,
  label: string,
  rate: MeasureName,
  currency: string | null,
  formats: Formats,
): Bar {
  const names = ['spend', 'purchases', rate] as const
  return {
    label,
    value: Number(row.spend ?? 0),
    figures: names.map((name) => formats.measure(name, row[name], { currency })),
  }
}

export function byCampaign({ scope, movers }: Chapter, options: DrawOptions): Section | null {
  const { currency } = scope
  const { formats } = options
  const top = movers.rows.filter(({ spend }) => Number(spend) > 0).slice(0, MOST_ROWS)
  const bars = top.map((row) => {
    const roas = String(Number(row.purchase_value) / Number(row.spend))
    return toBar({ ...row, roas }, row.name, 'roas', currency, formats)
  })
  const spent = top.reduce((sum, row) => sum + Number(row.spend), 0)
  const more = movers.spending - top.length
  const rest = formats.value('money', Number(movers.spend) - spent, { currency })
  const lines = more > 0 ? [`The first ${top.length} by amount spent; ${more} more have spent ${rest}.`] : []
  return list('Campaigns', bars, ['Spent', 'Purchases', 'ROAS'], options, lines)
}

export function byCountry({ scope, countries }: Chapter, options: DrawOptions): Section | null {
  const { currency } = scope
  const { formats } = options
  const bars = countries.rows
    .slice(0, MOST_ROWS)
    .map((row) => toBar(row, row.name, 'conversion_rate', currency, formats))
  const more = countries.rows.length - bars.length
  const lines =
    more > 0 ? [`The first ${bars.length} of ${countries.rows.length} countries, by amount spent.`] : []
  return withHoles(
    list('Countries', bars, ['Spent', 'Purchases', 'Conv. rate'], options, lines),
    countries.holes,
  )
}

function withHoles(section: Section | null, holes: number): Section | null {
  if (section === null || holes === 0) return section
  return { ...section, lines: [...section.lines, `${holes} days of this breakdown are not loaded.`] }
}

const GENDERS: Readonly<Record<string, string>> = { female: 'women', male: 'men' }

export function byAge({ scope, ages }: Chapter, options: DrawOptions): Section | null {
  const { currency } = scope
  const { formats } = options
  const bars = ages.rows.map((row) =>
    toBar(row, `${row.age}, ${GENDERS[row.gender] ?? 'gender unknown'}`, 'ctr', currency, formats),
  )
  return withHoles(list('Age and gender', bars, ['Spent', 'Purchases', 'CTR'], options), ages.holes)
}

export function funnel({ conversions: { current } }: Chapter, options: DrawOptions): Section | null {
  const { formats } = options
  if (Number(current.impressions ?? 0) === 0) return null
  const bars = FUNNEL.map(([name, label], i) => {
    const value = Number(current[name] ?? 0)
    const above = FUNNEL[i - 1]
    const before = above ? Number(current[above[0]] ?? 0) : 0
    return {
      label,
      // By order of magnitude: a bar of a millionth could not be seen.
      value: Math.log10(1 + value),
      figures: [
        formats.value('count', value, { currency: null }),
        before === 0 ? '' : formats.share(value / before, 2),
      ],
    }
  })
  return list('From impression to purchase', bars, ['Count', 'Of the above'], options)
}
