import type { AccountCalendar } from '../../load/read-calendars.ts'
import type { WarehouseStatus } from '../../load/read-status.ts'
import type { Row } from '../../load/session.ts'
import type { Incident } from '../../model/incident.ts'
import type { ObjectId } from '../../model/object-id.ts'
import type { Output } from '../output.ts'
import { calendarLegend, sliceCalendar, worstFirst } from './slice-calendar.ts'
import { table, tableWithin } from './table.ts'

/** Of more accounts only the worst are shown, unless they were asked for. */
const MOST_CALENDARS = 5

interface StatusScope {
  /** Of the warehouse, for people. */
  readonly location: string
  /** Columns for the calendars. */
  readonly width: number
  /** Days that each calendar shows; null for as many as fit. */
  readonly days: number | null
  /** Those that were asked for; null for all. */
  readonly accounts: readonly ObjectId[] | null
}

/** Runs, calendars, what is loaded of each report, and what is not. */
export function showStatus(
  { runs, slices, holes }: WarehouseStatus,
  calendars: readonly AccountCalendar[],
  scope: StatusScope,
  output: Output,
): void {
  output.say(`Warehouse ${scope.location}`, 'title')
  if (runs.length === 0) {
    output.say('No sync has run yet. Run fbads sync.')
    return
  }
  showRuns(runs, output)
  showCalendars(calendars, scope, output)
  showSlices(slices, output)
  showHoles(holes, output)
}

function showRuns(runs: readonly Row[], output: Output): void {
  output.say('\nLast runs', 'title')
  output.result(
    tableWithin(
      output.liveWidth,
      ['run', 'status', 'started', 'took', 'days', 'API calls', 'error'],
      runs.map((run) => [
        run.run_id,
        run.status,
        run.started_at,
        run.seconds === null ? '' : `${run.seconds} s`,
        run.since === null ? '' : `${run.since} to ${run.until}`,
        run.api_calls,
        short(run.error),
      ]),
      ['API calls', 'took'],
    ),
  )
}

function showCalendars(
  calendars: readonly AccountCalendar[],
  { accounts, width, days }: StatusScope,
  output: Output,
): void {
  const shown = worstFirst(calendars).slice(0, accounts === null ? MOST_CALENDARS : undefined)
  const more = calendars.length - shown.length
  output.say('\nDays', 'title')
  for (const account of shown) output.result(`${sliceCalendar(account, width, days).join('\n')}\n`)
  output.result(calendarLegend(width, shown).join('\n'))
  if (more > 0)
    output.say(
      `${more} more ${more === 1 ? 'account' : 'accounts'}, none worse; fbads status --account act_… shows the days of any.`,
    )
}

function showSlices(slices: readonly Row[], output: Output): void {
  // Columns that are 0 throughout say nothing.
  const gone = ['archived', 'dropped'].filter((name) => slices.some((row) => Number(row[name]) > 0))
  output.say('\nSlices', 'title')
  output.result(
    tableWithin(
      output.liveWidth,
      [
        'account',
        'name',
        'report',
        'first day',
        'last day',
        'loaded',
        'missing',
        'failed',
        ...gone,
        'rows',
        'newest load',
      ],
      slices.map((row) => [
        `act_${row.account_id}`,
        row.name,
        row.report,
        row.since,
        row.until,
        row.loaded,
        row.missing,
        row.failed,
        ...gone.map((name) => row[name]),
        row.rows,
        row.newest_load,
      ]),
      // Names stand above the calendars.
      ['name', 'first day', 'newest load'],
    ),
  )
}

function showHoles(holes: readonly Row[], output: Output): void {
  if (holes.length === 0) {
    output.say('\nNo slice between the first and the last day is missing or failed.', 'good')
    return
  }
  output.say(
    '\nMissing and failed, the newest first; the next fbads sync reads what the API still keeps',
    'warning',
  )
  output.result(
    table(
      ['account', 'report', 'day', 'state', 'attempts', 'error'],
      holes.map((row) => [
        `act_${row.account_id}`,
        row.report,
        row.date,
        row.state,
        row.attempts,
        short(row.error),
      ]),
    ),
  )
}

/** What is wrong, the worst first. */
export function showIncidents(incidents: readonly Incident[], hasRun: boolean, output: Output): void {
  output.say('')
  for (const { detail } of incidents) output.say(`❌ ${detail}`, 'problem')
  if (incidents.length > 0) return
  if (hasRun) output.say('✓ Nothing is wrong.', 'good')
  else output.say('❌ Nothing is loaded, and nothing was tried.', 'problem')
}

/** A table has no room for a whole error; `--json` has it. */
function short(error: unknown): string {
  const text = String(error ?? '')
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
