import { readStatus, type WarehouseStatus } from '../../load/read-status.ts'
import type { Warehouse } from '../../load/session.ts'
import { sliceCount } from '../../model/slice.ts'
import { planWithoutCalls } from '../../pipeline/plan-without-calls.ts'
import { type Context, openForReading, variablesOf, type WarehouseFlags } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit-status.ts'
import { readSettings } from '../read-settings.ts'
import { sliceCalendar } from '../render/slice-calendar.ts'
import { table } from '../render/table.ts'
import type { Settings } from '../settings.ts'

/** Where there is no terminal to ask for its width. */
const WIDTH = 80

/** Last runs, freshness, and which slices are loaded, missing or failed. */
export async function status(flags: WarehouseFlags, context: Context): Promise<ExitStatus> {
  // The demo's days are its own: no sync goes on with them.
  const settings = flags.demo ? null : readSettings(context.folder, variablesOf(context))
  const warehouse = await openForReading(context, flags)
  try {
    const found = await readStatus(warehouse)
    const next = settings && (await readNextSync(warehouse, settings, context.clock.now()))
    if (context.output.json) {
      const document = { warehouse: warehouse.location, ...found, next_sync: next }
      context.output.result(JSON.stringify(document, null, 2))
    } else {
      show(found, warehouse.location, context)
      if (next && found.runs.length > 0) {
        context.output.say(
          `The next fbads sync reads ${next.slices} slices, ${next.never_loaded} of them for the first time.`,
        )
      }
    }
    return EXIT.done
  } finally {
    await warehouse.close()
  }
}

/** What a sync of the accounts that are known would read now. */
async function readNextSync(warehouse: Warehouse, settings: Settings, nowMs: number) {
  const plans = await planWithoutCalls(warehouse, 'all', null, settings, nowMs)
  const requests = plans.flatMap((plan) => plan.requests)
  return {
    slices: requests.reduce((sum, request) => sum + sliceCount(request), 0),
    never_loaded: plans.reduce((sum, plan) => sum + plan.neverLoaded, 0),
  }
}

function show(
  { runs, slices, holes, calendar }: WarehouseStatus,
  location: string,
  { output }: Context,
): void {
  output.say(`Warehouse ${location}`, 'title')
  if (runs.length === 0) {
    output.say('No sync has run yet. Run fbads sync.')
    return
  }
  output.say('\nLast runs', 'title')
  output.result(
    table(
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
    ),
  )
  output.say('\nDays, over all accounts', 'title')
  output.result(sliceCalendar(calendar, output.liveWidth ?? WIDTH).join('\n'))
  output.say('\nSlices', 'title')
  output.result(
    table(
      [
        'account',
        'name',
        'report',
        'first day',
        'last day',
        'loaded',
        'missing',
        'failed',
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
        row.rows,
        row.newest_load,
      ]),
    ),
  )
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

/** A table has no room for a whole error; `--json` has it. */
function short(error: unknown): string {
  const text = String(error ?? '')
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
