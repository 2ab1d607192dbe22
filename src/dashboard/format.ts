import { MEASURES, type Measure, type MeasureName } from './measures.ts'

/** What stands where there is no figure, such as a cost per purchase without purchases. */
export const NOTHING = '–'

type Figure = string | number | null | undefined

interface FormatOptions {
  readonly currency: string | null
  /** Short, for cards and axes: 48.2K. */
  readonly compact?: boolean
}

/** How figures, days and moments are written for one reader. Figures are text as the database writes it, or numbers. */
export interface Formats {
  measure(name: MeasureName, value: Figure, options: FormatOptions): string
  value(format: Measure['format'], value: Figure, options: FormatOptions): string
  count(value: number | string): string
  /** `0.123` is “12 %”. */
  share(value: number, digits?: number): string
  /** A day of the account, which no clock of the reader may move: “Mon 23 Nov”, with its year when that is another. */
  day(date: string): string
  shortDay(date: string): string
  days(since: string, until: string): string
  /** A moment, on the reader’s clock. */
  moment(iso: string | null): string
}

const DAY: Intl.DateTimeFormatOptions = { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' }
/** From here on, where it has to be short, a figure has no decimals, and then no thousands. */
const ROUND = 100
const LARGE = 10_000

/** `locale` as Intl knows it; `thisYear` is what days need not say. */
export function createFormats(locale: string, thisYear: string): Formats {
  const known = new Map<string, Intl.NumberFormat>()
  /** Making a format takes longer than using it. */
  const number = (options: Intl.NumberFormatOptions): Intl.NumberFormat => {
    const key = JSON.stringify(options)
    const made = known.get(key) ?? new Intl.NumberFormat(locale, options)
    known.set(key, made)
    return made
  }
  const date = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options)
  const days = date(DAY)
  const daysOfOtherYears = date({ ...DAY, year: 'numeric' })
  const shortDays = date({ day: 'numeric', month: 'short', timeZone: 'UTC' })
  const moments = date({ dateStyle: 'medium', timeStyle: 'short' })
  const toMs = (day: string) => Date.parse(`${day}T00:00:00Z`)

  const value: Formats['value'] = (format, figure, { currency, compact = false }) => {
    if (figure === null || figure === undefined) return NOTHING
    const size = Number(figure)
    if (!Number.isFinite(size)) return NOTHING
    const isShort = compact && Math.abs(size) >= LARGE
    const isRound = compact && (size === 0 || Math.abs(size) >= ROUND)
    const short = isShort
      ? ({ notation: 'compact', minimumFractionDigits: 0, maximumFractionDigits: 1 } as const)
      : isRound
        ? ({ minimumFractionDigits: 0, maximumFractionDigits: 0 } as const)
        : {}
    switch (format) {
      case 'money':
        return number(
          currency === null
            ? { minimumFractionDigits: 2, maximumFractionDigits: 2, ...short }
            : { style: 'currency', currency, currencyDisplay: 'narrowSymbol', ...short },
        ).format(size)
      case 'percent':
        return number({ style: 'percent', minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(size)
      case 'ratio':
        return number({ minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(size)
      case 'count':
        return number({ maximumFractionDigits: 2, ...short }).format(size)
    }
  }
  const day = (text: string) => (text.startsWith(thisYear) ? days : daysOfOtherYears).format(toMs(text))
  return {
    value,
    measure(name, figure, options) {
      const { format }: Measure = MEASURES[name]
      return value(format, figure, options)
    },
    count: (figure) => number({ maximumFractionDigits: 0 }).format(Number(figure)),
    share: (share, digits = 0) => number({ style: 'percent', maximumFractionDigits: digits }).format(share),
    day,
    shortDay: (text) => shortDays.format(toMs(text)),
    days: (since, until) => (since === until ? day(since) : `${day(since)} – ${day(until)}`),
    moment: (iso) => (iso === null ? NOTHING : moments.format(Date.parse(iso))),
  }
}

/** Relative change; null when there is nothing to compare with. */
export function changeOf(now: string | number | null, before: string | number | null): number | null {
  if (now === null || before === null || Number(before) === 0) return null
  return Number(now) / Number(before) - 1
}
