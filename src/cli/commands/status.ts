import { type Context, openForReading, type WarehouseFlags } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit-status.ts'
import { readStatus, type WarehouseStatus } from '../read-status.ts'
import { table } from '../render/table.ts'

/** Last runs, freshness, and which slices are loaded, missing or failed. */
export async function status(flags: WarehouseFlags, context: Context): Promise<ExitStatus> {
  const warehouse = await openForReading(context, flags)
  try {
    const found = await readStatus(warehouse)
    if (context.output.json)
      context.output.result(JSON.stringify({ warehouse: warehouse.location, ...found }, null, 2))
    else show(found, warehouse.location, context)
    return EXIT.done
  } finally {
    await warehouse.close()
  }
}

function show({ runs, slices, holes }: WarehouseStatus, location: string, { output }: Context): void {
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
  output.say('\nMissing and failed; the next fbads sync reads them', 'warning')
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
