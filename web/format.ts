import { MEASURES, type Measure, type MeasureName } from '../src/dashboard/measures.ts'

/** What stands where there is no figure, such as a cost per purchase without purchases. */
export const NOTHING = '–'

const locale = navigator.language
const formats = new Map<string, Intl.NumberFormat>()

/** Making a format takes longer than using it. */
function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options)
  const known = formats.get(key)
  if (known) return known
  const made = new Intl.NumberFormat(locale, options)
  formats.set(key, made)
  return made
}

interface FormatOptions {
  readonly currency: string | null
  /** Short, for cards and axes: 48.2K. */
  readonly compact?: boolean
}

/** A figure as the server sends it: text, or null. */
export function formatMeasure(
  name: MeasureName,
  value: string | number | null | undefined,
  options: FormatOptions,
): string {
  const { format }: Measure = MEASURES[name]
  return formatValue(format, value, options)
}

export function formatValue(
  format: Measure['format'],
  value: string | number | null | undefined,
  { currency, compact = false }: FormatOptions,
): string {
  if (value === null || value === undefined) return NOTHING
  const number = Number(value)
  if (!Number.isFinite(number)) return NOTHING
  const short =
    compact && Math.abs(number) >= 10_000 ? ({ notation: 'compact', maximumFractionDigits: 1 } as const) : {}
  switch (format) {
    case 'money':
      return numberFormat(
        currency === null
          ? { minimumFractionDigits: 2, maximumFractionDigits: 2, ...short }
          : { style: 'currency', currency, currencyDisplay: 'narrowSymbol', ...short },
      ).format(number)
    case 'percent':
      return numberFormat({ style: 'percent', minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(
        number,
      )
    case 'ratio':
      return numberFormat({ minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(number)
    case 'count':
      return numberFormat({ maximumFractionDigits: 2, ...short }).format(number)
  }
}

export function formatCount(value: number | string): string {
  return numberFormat({ maximumFractionDigits: 0 }).format(Number(value))
}

/** `0.123` is “12 %”. */
export function formatShare(value: number, digits = 0): string {
  return numberFormat({ style: 'percent', maximumFractionDigits: digits }).format(value)
}

const DAY: Intl.DateTimeFormatOptions = { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' }
const dayFormat = new Intl.DateTimeFormat(locale, DAY)
const yearDayFormat = new Intl.DateTimeFormat(locale, { ...DAY, year: 'numeric' })
const shortDayFormat = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' })
const momentFormat = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
const thisYear = String(new Date().getFullYear())

/** A day of the account, which no clock of the reader may move: “Mon 23 Nov”, with its year when that is another. */
export function formatDay(date: string): string {
  const ms = Date.parse(`${date}T00:00:00Z`)
  return (date.startsWith(thisYear) ? dayFormat : yearDayFormat).format(ms)
}

export function formatShortDay(date: string): string {
  return shortDayFormat.format(Date.parse(`${date}T00:00:00Z`))
}

export function formatDays(since: string, until: string): string {
  return since === until ? formatDay(since) : `${formatDay(since)} – ${formatDay(until)}`
}

/** A moment, on the reader’s clock. */
export function formatMoment(iso: string | null): string {
  return iso === null ? NOTHING : momentFormat.format(Date.parse(iso))
}

/** Relative change; null when there is nothing to compare with. */
export function changeOf(now: string | number | null, before: string | number | null): number | null {
  if (now === null || before === null || Number(before) === 0) return null
  return Number(now) / Number(before) - 1
}
