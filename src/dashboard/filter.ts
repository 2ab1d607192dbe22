import { type CalendarDate, isCalendarDate } from '../model/calendar-date.ts'
import { isObjectId, type ObjectId } from '../model/object-id.ts'

/** The ranges that have a name, as the Marketing API names them; `all` is everything that is loaded. */
export const PRESETS = [
  'yesterday',
  'last_7d',
  'last_14d',
  'last_28d',
  'last_90d',
  'this_month',
  'last_month',
  'this_quarter',
  'last_quarter',
  'this_year',
  'all',
] as const
export type Preset = (typeof PRESETS)[number]
export const DEFAULT_PRESET: Preset = 'last_28d'

export const COMPARISONS = ['prev', 'year', 'none'] as const
export type Comparison = (typeof COMPARISONS)[number]

/** Status groups of campaigns, by which the pages filter. */
export const STATUSES = ['ACTIVE', 'PAUSED', 'OTHER'] as const
type StatusGroup = (typeof STATUSES)[number]

/** Something in an address that could not be done as it was asked, and the parameters to take out for it to go. */
export interface Note {
  readonly text: string
  readonly remove: readonly string[]
}

/** What every page’s address says, as far as it can be understood. */
export interface Filter {
  /** Empty means all. */
  readonly accounts: readonly ObjectId[]
  readonly range: Preset | { readonly since: CalendarDate; readonly until: CalendarDate }
  readonly comparison: Comparison
  /** Whether a comparison moves by whole weeks, so that Mondays meet Mondays. */
  readonly matchWeekday: boolean
  readonly campaigns: readonly ObjectId[]
  readonly statuses: readonly StatusGroup[]
  readonly currency: string | null
  readonly notes: readonly Note[]
}

const MOST_IDS = 200

/** Never throws: what makes no sense is left out, with a note that says so. */
export function parseFilter(params: URLSearchParams): Filter {
  const notes: Note[] = []
  const list = <T extends string>(name: string, what: string, is: (text: string) => text is T): T[] => {
    const asked = (params.get(name) ?? '')
      .split(',')
      .filter((text) => text !== '')
      .map((text) => text.replace(/^act_/, ''))
    const good = asked.filter(is).slice(0, MOST_IDS)
    const bad = asked.filter((text) => !is(text))
    if (bad.length > 0) note(`“${short(bad.join(', '))}” is not ${what}.`, name)
    if (asked.length > MOST_IDS) note(`Only the first ${MOST_IDS} of ${asked.length} ids are used.`, name)
    return good
  }
  const one = <T extends string>(name: string, among: readonly T[], otherwise: T, words: string): T => {
    const asked = params.get(name)
    const found = among.find((value) => value === asked)
    if (asked && found === undefined) note(`There is no “${short(asked)}”; ${words} shown.`, name)
    return found ?? otherwise
  }
  const note = (text: string, ...remove: string[]) => notes.push({ text, remove })
  const accounts = list('acc', 'an ad account', isObjectId)
  const campaigns = list('c', 'a campaign', isObjectId)
  const statuses = list('st', 'a status', isStatus)
  const currency = params.get('cur')
  return {
    accounts,
    range: parseRange(params, note) ?? one('range', PRESETS, DEFAULT_PRESET, 'the last 28 days are'),
    comparison: one('cmp', COMPARISONS, 'prev', 'the period before is'),
    matchWeekday: params.get('wd') !== '0',
    campaigns,
    statuses,
    currency: currency !== null && /^[A-Z]{3}$/.test(currency) ? currency : null,
    notes,
  }
}

function parseRange(params: URLSearchParams, note: (text: string, ...remove: string[]) => void) {
  const since = params.get('since')
  const until = params.get('until')
  if (!since && !until) return null
  if (!isDay(since) || !isDay(until)) {
    note(`“${short(`${since ?? ''} to ${until ?? ''}`)}” is not a range of days.`, 'since', 'until')
    return null
  }
  if (since <= until) return { since, until }
  note(`The first day is after the last; ${until} to ${since} is shown.`, 'since', 'until')
  return { since: until, until: since }
}

/** Facebook began in 2004; what is far from today is a slip, and no calendar of the warehouse reaches it. */
export function isDay(text: unknown): text is CalendarDate {
  return isCalendarDate(text) && text >= '2004-01-01' && text < '2100-01-01'
}

function isStatus(text: string): text is StatusGroup {
  return STATUSES.some((status) => status === text)
}

export function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}
