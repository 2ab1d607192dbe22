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
): Section | null {
  if (bars.length === 0) return null
  const summary = `${title}: ${bars.map(({ label, figures }) => `${label} ${figures.join(', ')}`).join('; ')}`
  return {
    title,
    lines: [],
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
  const bars = movers.rows
    .filter(({ spend }) => Number(spend) > 0)
    .slice(0, MOST_ROWS)
    .map((row) => {
      const roas = String(Number(row.purchase_value) / Number(row.spend))
      return toBar({ ...row, roas }, row.name, 'roas', currency, formats)
    })
  return list('Campaigns', bars, ['Spent', 'Purchases', 'ROAS'], options)
}

export function byCountry({ scope, countries }: Chapter, options: DrawOptions): Section | null {
  const { currency } = scope
  const { formats } = options
  const bars = countries.rows
    .slice(0, MOST_ROWS)
    .map((row) => toBar(row, row.name, 'conversion_rate', currency, formats))
  return withHoles(list('Countries', bars, ['Spent', 'Purchases', 'Conv. rate'], options), countries.holes)
}

function withHoles(section: Section | null, holes: number): Section | null {
  if (section === null || holes === 0) return section
  return { ...section, lines: [`${holes} days of this breakdown are not loaded.`] }
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
