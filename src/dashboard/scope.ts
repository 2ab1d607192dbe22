import {
  addDays,
  type CalendarDate,
  dayIn,
  daysBetween,
  daysOf,
  earlierOf,
  laterOf,
} from '../model/calendar-date.ts'
import { type DateRange, toDateRange, toPreviousRange } from './date-range.ts'
import type { Filter, Note } from './filter.ts'
import type { Reader } from './reader.ts'
import { sql } from './sql.ts'
import { isSettling, zonesOf } from './zones.ts'

export interface ScopeAccount {
  readonly id: string
  readonly name: string
  readonly currency: string | null
  readonly timezone: string | null
  /** First and last day that `core` was ever asked for; null when it never was. */
  readonly first: CalendarDate | null
  readonly last: CalendarDate | null
}

/**
 * What is known of a day: `settled` figures are final; `settling` ones may be restated; `empty` days are loaded and
 * had no delivery; `missing` ones were never loaded, `failed` ones were tried; `archived` ones have left the warehouse,
 * for files or for good.
 */
export type DayState = 'settled' | 'settling' | 'empty' | 'missing' | 'failed' | 'archived'

/** What the figures of an answer are of: they are shown by it, whatever the address says by then. */
export interface View extends DateRange {
  readonly currency: string | null
  readonly today: CalendarDate
  readonly previous: DateRange | null
  /** One for each day from `since` to `until`, of the report `core`. */
  readonly days: readonly DayState[]
  /** The same of the previous range. */
  readonly previousDays: readonly DayState[]
  /** Why the two ranges cannot be compared, for people; null when they can. */
  readonly obstacle: string | null
}

/** An address, as the warehouse can answer it: which accounts, in one currency, which days, and how whole they are. */
export interface Scope extends View {
  /** Those of the currency that is shown. */
  readonly accounts: readonly ScopeAccount[]
  /** Those that were asked for, whatever their currency. */
  readonly chosen: readonly ScopeAccount[]
  /** Of the accounts that were asked for: money of several is never added up. */
  readonly currencies: readonly string[]
  readonly timezones: readonly string[]
  readonly loaded: DateRange | null
  readonly campaigns: readonly string[]
  readonly statuses: readonly string[]
  readonly notes: readonly Note[]
}

/** The API keeps 37 months; a longer range is an error of who typed it. */
const MOST_DAYS = 1127

export async function readScope(filter: Filter, reader: Reader, nowMs: number): Promise<Scope> {
  const notes: Note[] = [...filter.notes]
  const all = (await reader.read(ACCOUNTS)).map(toAccount)
  const asked =
    filter.accounts.length === 0 ? all : all.filter(({ id }) => filter.accounts.some((asked) => asked === id))
  const unknown = filter.accounts.filter((id) => all.every((account) => account.id !== id))
  if (unknown.length > 0)
    notes.push({
      text: `This link asks for an account that is not loaded (${unknown.join(', ')}).`,
      remove: ['acc'],
    })
  const among = asked.length === 0 ? all : asked
  const order = filter.accounts.map(String)
  const codes = among
    .toSorted((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
    .flatMap(({ currency }) => currency ?? [])
  const currencies = byUse(order.length === 0 ? codes.sort() : codes)
  const currency = currencies.find((code) => code === filter.currency) ?? currencies[0] ?? null
  if (filter.currency !== null && currency !== filter.currency)
    notes.push({ text: `No account here has the currency ${filter.currency}.`, remove: ['cur'] })
  const accounts = among.filter((account) => currencies.length === 0 || account.currency === currency)
  const unknownCurrency = currency === null ? [] : among.filter((account) => account.currency === null)
  if (unknownCurrency.length > 0)
    notes.push({
      text: `Not shown, since their currency is not known: ${unknownCurrency.map(({ name }) => name).join(', ')}.`,
      remove: ['acc'],
    })
  const timezones = [...new Set(accounts.flatMap(({ timezone }) => timezone ?? []))]
  // Of several zones the day that has ended everywhere.
  const [zone = 'UTC', ...others] = timezones
  const today = others.map((other) => dayIn(other, nowMs)).reduce(earlierOf, dayIn(zone, nowMs))
  const loaded = spanOf(accounts)
  // One that was never loaded, as a new one is, has no part in the figures: it must not make every day look broken.
  const begun = loaded === null ? accounts : accounts.filter(({ first }) => first !== null)
  const range = clamp(toDateRange(filter.range, today, loaded), notes)
  const previous = toPreviousRange(range, filter.comparison, filter.matchWeekday)
  const known = await readDays(reader, begun, [range, ...(previous ? [previous] : [])], nowMs)
  const days = daysOf(range.since, range.until).map(known)
  const previousDays = previous ? daysOf(previous.since, previous.until).map(known) : []
  const { campaigns, missingCampaigns, accountIds } = await findCampaigns(reader, filter.campaigns)
  if (campaigns.length > 0 && accounts.every(({ id }) => !accountIds.has(id)))
    notes.push({
      text: `The chosen campaigns are of accounts that are not shown${currency === null ? '' : `: what is shown is in ${currency}`}.`,
      remove: ['c', 'cur'],
    })
  if (missingCampaigns.length > 0)
    notes.push({
      text: `This link asks for a campaign that is not loaded (${missingCampaigns.join(', ')}).`,
      remove: ['c'],
    })
  return {
    ...range,
    accounts,
    chosen: among,
    currency,
    currencies,
    timezones,
    today,
    previous,
    days,
    previousDays,
    obstacle: obstacleOf(begun, previous, days, previousDays),
    loaded,
    campaigns,
    statuses: filter.statuses,
    notes,
  }
}

export function toView(scope: View): View {
  const { since, until, currency, today, previous, days, previousDays, obstacle } = scope
  return { since, until, currency, today, previous, days, previousDays, obstacle }
}

/** Whether figures of the day are not here. */
export function isHole(state: DayState | undefined): boolean {
  return state === 'missing' || state === 'failed' || state === 'archived'
}

export const ACCOUNTS = sql`
  SELECT a.account_id AS id, a.name, a.currency, a.timezone_name AS timezone, s.first, s.last
  FROM dim_account a
  LEFT JOIN (
    SELECT account_id, min(date) AS first, max(date) AS last FROM etl_slice WHERE report = 'core' GROUP BY account_id
  ) s ON s.account_id = a.account_id
  WHERE a.account_id <> 0
  ORDER BY a.name, a.account_id`

function toAccount(row: Record<string, unknown>): ScopeAccount {
  return row as unknown as ScopeAccount
}

/** The most frequent first, of equal ones the first. */
function byUse(codes: readonly string[]): string[] {
  const count = (code: string) => codes.filter((other) => other === code).length
  return [...new Set(codes)].sort((a, b) => count(b) - count(a))
}

function spanOf(accounts: readonly ScopeAccount[]): DateRange | null {
  const since = accounts.flatMap(({ first }) => first ?? [])
  const until = accounts.flatMap(({ last }) => last ?? [])
  const [first, last] = [since[0], until[0]]
  return first && last ? { since: since.reduce(earlierOf, first), until: until.reduce(laterOf, last) } : null
}

function clamp(range: DateRange, notes: Note[]): DateRange {
  if (daysBetween(range.since, range.until) < MOST_DAYS) return range
  const since = addDays(range.until, 1 - MOST_DAYS)
  notes.push({
    text: `At most ${MOST_DAYS} days are shown, which the API keeps: those before ${since} are not.`,
    remove: ['since', 'until', 'range'],
  })
  return { since, until: range.until }
}

/** Totals of unlike numbers of days, or of accounts, say nothing of a change. */
function obstacleOf(
  accounts: readonly ScopeAccount[],
  previous: DateRange | null,
  days: readonly DayState[],
  previousDays: readonly DayState[],
): string | null {
  const missing = days.filter(isHole).length
  if (missing > 0) return `${missing} of ${days.length} days are ${wordOfHoles(days)}`
  if (previous === null) return null
  const later = accounts.find(({ first }) => first === null || first > previous.since)
  if (accounts.length > 1 && later) return `${later.name} is loaded only from ${later.first ?? 'no day'} on`
  const before = previousDays.filter(isHole).length
  return before > 0 ? `${before} of the ${days.length} days before are ${wordOfHoles(previousDays)}` : null
}

function wordOfHoles(days: readonly DayState[]): string {
  return days.filter(isHole).every((day) => day === 'archived') ? 'archived' : 'not loaded'
}

/** The state of a day over all accounts: the worst of any. */
async function readDays(
  reader: Reader,
  accounts: readonly ScopeAccount[],
  ranges: readonly DateRange[],
  nowMs: number,
): Promise<(day: CalendarDate) => DayState> {
  const since = ranges.map((range) => range.since).reduce(earlierOf)
  const until = ranges.map((range) => range.until).reduce(laterOf)
  const rows = await reader.read(sql`
    SELECT s.date,
           count(*) FILTER (WHERE s.loaded_at IS NOT NULL) AS loaded,
           count(*) FILTER (WHERE s.loaded_at IS NULL) AS failed,
           count(*) FILTER (WHERE s.status IN ('archived', 'dropped')) AS archived,
           coalesce(sum(s.row_count), 0) AS rows,
           count(*) FILTER (WHERE ${isSettling}) AS settling
    FROM etl_slice s
    JOIN ${zonesOf(accounts, nowMs)} ON z.account_id = s.account_id
    WHERE s.report = 'core' AND s.date BETWEEN ${since}::date AND ${until}::date
    GROUP BY s.date`)
  const byDay = new Map(rows.map((row) => [String(row.date), row]))
  return (day) => {
    const row = byDay.get(day)
    // Of an account that was never loaded every day is missing.
    const expected = accounts.filter(({ first }) => first === null || first <= day).length
    if (!row) return 'missing'
    if (Number(row.failed) > 0) return 'failed'
    if (Number(row.archived) > 0) return 'archived'
    if (Number(row.loaded) < expected) return 'missing'
    if (Number(row.rows) === 0) return 'empty'
    return Number(row.settling) > 0 ? 'settling' : 'settled'
  }
}

async function findCampaigns(reader: Reader, asked: readonly string[]) {
  if (asked.length === 0) return { campaigns: [], missingCampaigns: [], accountIds: new Set<string>() }
  const rows = await reader.read(
    sql`SELECT campaign_id AS id, account_id FROM dim_campaign WHERE campaign_id = ANY(${asked}::bigint[])`,
  )
  const found = new Set(rows.map(({ id }) => String(id)))
  return {
    campaigns: asked.filter((id) => found.has(id)),
    missingCampaigns: asked.filter((id) => !found.has(id)),
    accountIds: new Set(rows.map((row) => String(row.account_id))),
  }
}
