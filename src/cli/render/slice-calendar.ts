import type { AccountCalendar, ReportCalendar, SliceState } from '../../load/read-calendars.ts'
import { type CalendarDate, daysOf } from '../../model/calendar-date.ts'
import { shorten, toCell } from './cells.ts'

/** Each is one column wide in any terminal. */
const SHAPES: Readonly<Record<SliceState, { readonly shape: string; readonly meaning: string }>> = {
  settled: { shape: '█', meaning: 'final' },
  settling: { shape: '▒', meaning: 'may still change' },
  empty: { shape: '·', meaning: 'no delivery' },
  missing: { shape: '○', meaning: 'missing' },
  failed: { shape: '✗', meaning: 'failed' },
  due: { shape: '_', meaning: 'not yet read' },
  archived: { shape: '░', meaning: 'archived' },
  dropped: { shape: '-', meaning: 'dropped' },
}
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const GAP = 2
/** Columns of the name of a month, with the space after it. */
const MARK = 4
const WEEK = 7

/**
 * The last days of one account, a line for each report and a character a day: `days` of them, in parts of whole weeks
 * where they do not fit into `width`, or as many as fit when it is null.
 */
export function sliceCalendar(account: AccountCalendar, width: number, days: number | null): string[] {
  const { accountId, name, timeZone, reports } = account
  const label = Math.max(0, ...reports.map(({ report }) => report.length)) + GAP
  const room = Math.max(WEEK, width - label)
  const dates = datesOf(reports).slice(-(days ?? room))
  const part = dates.length <= room ? room : Math.floor(room / WEEK) * WEEK
  // From the newest day backwards, so that it is the oldest part that may be short.
  const parts = Array.from({ length: Math.ceil(dates.length / part) }, (_, i) =>
    dates.slice(Math.max(0, dates.length - (i + 1) * part), dates.length - i * part),
  )
  const head = `act_${accountId} ${toCell(name)}, days in ${timeZone ?? 'UTC'}`
  return [shorten(head, width), ...parts.reverse().flatMap((each) => partLines(reports, each, label))]
}

function partLines(reports: readonly ReportCalendar[], dates: readonly CalendarDate[], label: number) {
  const rows = reports.map(({ report, days }) => {
    const states = new Map(days.map(({ date, state }) => [date, state]))
    const cells = dates.map((date) => {
      const state = states.get(date)
      return state === undefined ? ' ' : SHAPES[state].shape
    })
    return (report.padEnd(label) + cells.join('')).trimEnd()
  })
  return [`${' '.repeat(label)}${ruler(dates)}`.trimEnd(), ...rows]
}

/** Who lets no month go need not learn their shapes. */
const RARE: readonly SliceState[] = ['archived', 'dropped']

/** What the shapes mean, in as many lines as it needs; the rare ones where they are shown. */
export function calendarLegend(width: number, accounts: readonly AccountCalendar[]): string[] {
  const shown = new Set(
    accounts.flatMap(({ reports }) => reports.flatMap(({ days }) => days.map(({ state }) => state))),
  )
  const lines: string[] = []
  for (const [state, { shape, meaning }] of Object.entries(SHAPES)) {
    if (RARE.some((rare) => rare === state && !shown.has(rare))) continue
    const last = lines.at(-1)
    const joined = last === undefined ? '' : `${last}  ${shape} ${meaning}`
    if (last !== undefined && joined.length <= width) lines[lines.length - 1] = joined
    else lines.push(`${shape} ${meaning}`)
  }
  return lines
}

/** Those with the most slices missing or failed first, then those with the most not yet read; else in their order. */
export function worstFirst(accounts: readonly AccountCalendar[]): AccountCalendar[] {
  const count = ({ reports }: AccountCalendar, ...states: readonly SliceState[]) =>
    reports.flatMap(({ days }) => days).filter(({ state }) => states.includes(state)).length
  const holes = (account: AccountCalendar) => count(account, 'missing', 'failed')
  return accounts.toSorted((a, b) => holes(b) - holes(a) || count(b, 'due') - count(a, 'due'))
}

/** Every day from the first to the last of any report. */
function datesOf(reports: readonly ReportCalendar[]): CalendarDate[] {
  const ends = reports.flatMap(({ days }) => [days[0], days.at(-1)]).flatMap((day) => day?.date ?? [])
  const [first, last] = [ends.sort()[0], ends.at(-1)]
  return first === undefined || last === undefined ? [] : daysOf(first, last)
}

/** The name of a month where it begins, and at the left, unless the next one begins under it; where there is room for it. */
function ruler(dates: readonly string[]): string {
  const begins = (date: string) => date.endsWith('-01')
  const isFirstHidden = dates.slice(1, MARK).some(begins)
  const marks = dates.map((date, i) =>
    (i === 0 && !isFirstHidden) || begins(date) ? (MONTHS[Number(date.slice(5, 7)) - 1] ?? '') : '',
  )
  let line = ''
  marks.forEach((mark, i) => {
    // A name that runs into the one before, or over the edge, says nothing.
    if (mark !== '' && line.length <= i && i + mark.length <= dates.length) line = `${line.padEnd(i)}${mark} `
  })
  return line
}
