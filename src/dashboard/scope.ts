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
 * had no delivery; `missing` ones were never loaded, `failed` ones were tried.
 */
export type DayState = 'settled' | 'settling' | 'empty' | 'missing' | 'failed'

/** An address, as the warehouse can answer it: which accounts, in one currency, which days, and how whole they are. */
export interface Scope extends DateRange {
  /** Those of the currency that is shown. */
  readonly accounts: readonly ScopeAccount[]
  /** Those that were asked for, whatever their currency. */
  readonly chosen: readonly ScopeAccount[]
  readonly currency: string | null
  /** Of the accounts that were asked for: money of several is never added up. */
  readonly currencies: readonly string[]
  readonly timezones: readonly string[]
  readonly today: CalendarDate
  readonly previous: DateRange | null
  /** One for each day from `since` to `until`, of the report `core`. */
  readonly days: readonly DayState[]
  /** The same of the previous range. */
  readonly previousDays: readonly DayState[]
  readonly loaded: DateRange | null
  readonly campaigns: readonly string[]
  readonly statuses: readonly string[]
  readonly notes: readonly Note[]
}

/** The API keeps 37 months; a longer range is an error of who typed it. */
const MOST_DAYS = 1127

/** The API restates a day until it is so many days old. */
const SETTLES_AFTER_DAYS = 28

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
  const currencies = byUse(among.flatMap(({ currency }) => currency ?? []))
  const currency = currencies.find((code) => code === filter.currency) ?? currencies[0] ?? null
  if (filter.currency !== null && currency !== filter.currency)
    notes.push({ text: `No account here has the currency ${filter.currency}.`, remove: ['cur'] })
  const accounts = among.filter((account) => currencies.length === 0 || account.currency === currency)
  const timezones = [...new Set(accounts.flatMap(({ timezone }) => timezone ?? []))]
  // Of several zones the day that has ended everywhere.
  const [zone = 'UTC', ...others] = timezones
  const today = others.map((other) => dayIn(other, nowMs)).reduce(earlierOf, dayIn(zone, nowMs))
  const loaded = spanOf(accounts)
  const range = clamp(toDateRange(filter.range, today, loaded), notes)
  const previous = toPreviousRange(range, filter.comparison, filter.matchWeekday)
  const known = await readDays(reader, accounts, [range, ...(previous ? [previous] : [])], today)
  const { campaigns, missingCampaigns } = await findCampaigns(reader, filter.campaigns)
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
    days: daysOf(range.since, range.until).map(known),
    previousDays: previous ? daysOf(previous.since, previous.until).map(known) : [],
    loaded,
    campaigns,
    statuses: filter.statuses,
    notes,
  }
}

export function isHole(state: DayState | undefined): boolean {
  return state === 'missing' || state === 'failed'
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

/** The most frequent first. */
function byUse(codes: readonly string[]): string[] {
  const count = (code: string) => codes.filter((other) => other === code).length
  return [...new Set(codes)].sort((a, b) => count(b) - count(a) || (a < b ? -1 : 1))
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
    text: `The API keeps 37 months: days before ${since} are not shown.`,
    remove: ['since', 'until'],
  })
  return { since, until: range.until }
}

/** The state of a day over all accounts: the worst of any. */
async function readDays(
  reader: Reader,
  accounts: readonly ScopeAccount[],
  ranges: readonly DateRange[],
  today: CalendarDate,
): Promise<(day: CalendarDate) => DayState> {
  const since = ranges.map((range) => range.since).sort()[0] ?? today
  const until =
    ranges
      .map((range) => range.until)
      .sort()
      .at(-1) ?? today
  const rows = await reader.read(sql`
    SELECT date,
           count(*) FILTER (WHERE loaded_at IS NOT NULL) AS loaded,
           count(*) FILTER (WHERE loaded_at IS NULL) AS failed,
           coalesce(sum(row_count), 0) AS rows,
           min(loaded_at)::date AS loaded_on
    FROM etl_slice
    WHERE report = 'core' AND account_id = ANY(${accounts.map(({ id }) => id)}::bigint[])
      AND date BETWEEN ${since}::date AND ${until}::date
    GROUP BY date`)
  const byDay = new Map(rows.map((row) => [String(row.date), row]))
  return (day) => {
    const row = byDay.get(day)
    const expected = accounts.filter(({ first }) => first !== null && first <= day).length
    if (!row) return 'missing'
    if (Number(row.failed) > 0) return 'failed'
    if (Number(row.loaded) < expected) return 'missing'
    if (Number(row.rows) === 0) return 'empty'
    return daysBetween(day, String(row.loaded_on) as CalendarDate) < SETTLES_AFTER_DAYS
      ? 'settling'
      : 'settled'
  }
}

async function findCampaigns(reader: Reader, asked: readonly string[]) {
  if (asked.length === 0) return { campaigns: [], missingCampaigns: [] }
  const rows = await reader.read(
    sql`SELECT campaign_id AS id FROM dim_campaign WHERE campaign_id = ANY(${asked}::bigint[])`,
  )
  const found = new Set(rows.map(({ id }) => String(id)))
  return {
    campaigns: asked.filter((id) => found.has(id)),
    missingCampaigns: asked.filter((id) => !found.has(id)),
  }
}
