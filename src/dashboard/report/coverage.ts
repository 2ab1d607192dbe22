import { daysBetween, isCalendarDate, laterOf } from '../../model/calendar-date.ts'
import type { DateRange } from '../date-range.ts'
import type { Reader } from '../reader.ts'
import { isHole, type Scope } from '../scope.ts'
import { sql } from '../sql.ts'

/** How much is loaded of the days that a chapter is about. */
export interface Coverage {
  readonly days: number
  /** Days of which the figures of at least one account are not loaded. */
  readonly missing: number
  /** How many of them have left the warehouse. */
  readonly archived: number
  /** The accounts whose days these are, where there are several. */
  readonly lacking: readonly { readonly name: string; readonly missing: number }[]
  /** Names of the accounts that were never loaded, where others were. */
  readonly unloaded: readonly string[]
  /** Whether no day of any account is loaded: then there is nothing to show. */
  readonly isEmpty: boolean
  /** From the first to the last day that is loaded, whenever that is; null when none is. */
  readonly loaded: DateRange | null
}

export async function readCoverage(scope: Scope, reader: Reader): Promise<Coverage> {
  const { since, until, accounts } = scope
  const rows = await reader.read(sql`
    SELECT account_id AS id, min(date) AS first, max(date) AS last,
           count(*) FILTER (WHERE date BETWEEN ${since}::date AND ${until}::date) AS days
    FROM etl_slice
    WHERE report = 'core' AND loaded_at IS NOT NULL AND status IN ('loaded', 'failed') AND account_id = ANY(${accounts.map(({ id }) => id)}::bigint[])
    GROUP BY account_id`)
  const loadedDays = new Map(rows.map(({ id, days }) => [String(id), Number(days)]))
  const lacking = accounts.flatMap(({ id, name, first }) => {
    if (first === null) return []
    // An account is not expected to have figures of before it was first asked for.
    const expected = daysBetween(laterOf(since, first), until) + 1
    const missing = Math.max(0, expected - (loadedDays.get(id) ?? 0))
    return missing > 0 ? [{ name, missing }] : []
  })
  const ends = rows.flatMap(({ first, last }) => [first, last].filter(isCalendarDate)).sort()
  const [first, last] = [ends.at(0), ends.at(-1)]
  return {
    days: scope.days.length,
    missing: scope.days.filter(isHole).length,
    archived: scope.days.filter((state) => state === 'archived').length,
    lacking: accounts.length > 1 ? lacking : [],
    unloaded: accounts.filter(({ first }) => first === null).map(({ name }) => name),
    isEmpty: [...loadedDays.values()].every((days) => days === 0),
    loaded: first === undefined || last === undefined ? null : { since: first, until: last },
  }
}

/** The same for people; `formatDays` writes the days from one to another. */
export function wordsOfCoverage(
  { days, missing, archived, lacking, unloaded, isEmpty, loaded }: Coverage,
  formatDays: (since: string, until: string) => string,
): string {
  if (loaded === null) return 'Nothing is loaded yet: there are no figures to show.'
  const span = `Loaded are ${formatDays(loaded.since, loaded.until)}.`
  if (isEmpty) return `None of these days is loaded: there are no figures to show. ${span}`
  const others = unloaded.length === 0 ? '' : ` Nothing is loaded yet of ${unloaded.join(', ')}.`
  if (missing === 0) return `Every day is loaded.${others}`
  const word = archived === missing ? 'archived' : archived > 0 ? 'archived or not loaded' : 'not loaded'
  const count = `${missing} of ${days} days ${missing === 1 ? 'is' : 'are'} ${word}`
  if (lacking.length === 0) return `${count}: the totals are of the others.${others}`
  const who = lacking.map((account) => `${account.name} ${account.missing}`).join(', ')
  return `${count} of every account (${who}): the totals are of what is loaded.${others}`
}
