import { readKnownAccounts } from '../../load/known-accounts.ts'
import { toError } from '../../pipeline/to-error.ts'
import { cronError } from '../../worker/firing-key.ts'
import type { Fleet } from '../../worker/fleet.ts'
import { sendSkipped, storeSchedules } from '../../worker/store-schedules.ts'
import { type Context, variablesOf } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit-status.ts'
import { openFleet } from '../fleet.ts'
import type { Output } from '../output.ts'
import { readSettings } from '../read-settings.ts'
import type { Settings } from '../settings.ts'
import { UsageError } from '../usage-error.ts'

/** How often the time zones of new accounts are looked for. */
const REFRESH_MS = 10 * 60_000

/** Starts runs when their schedules say so, until it is told to stop. Any number of these may run. */
export async function schedule(context: Context): Promise<ExitStatus> {
  const { output, clock, signal } = context
  const onError = (error: Error) => output.say(`⚠️ ${error.message}`, 'warning')
  refuseCrons(readSettings(context.folder, variablesOf(context)).schedules)
  const { fleet, settings, close } = await openFleet(context, {
    concurrency: 1,
    supervises: true,
    fires: true,
    onError,
  })
  try {
    let known = ''
    while (!signal.aborted) {
      try {
        const { zones, count } = await refresh(fleet, settings.schedules)
        if (zones.join() !== known) tell(settings.schedules, zones, count, output)
        known = zones.join()
      } catch (error) {
        // A database that is away comes back; what was due meanwhile is made up for.
        onError(toError(error))
      }
      await clock.sleep(REFRESH_MS, signal).catch(() => undefined)
    }
    return EXIT.done
  } finally {
    await close()
  }
}

/** Stores the schedules for the time zones of the accounts that are known now. */
async function refresh({ warehouse, queue, clock }: Fleet, schedules: Settings['schedules']) {
  const accounts = await readKnownAccounts(warehouse)
  // Before the first run nobody knows the accounts' clocks: it starts by UTC.
  const zones = accounts.length === 0 ? ['UTC'] : [...new Set(accounts.map(({ timeZone }) => timeZone))]
  const count = await storeSchedules(queue, schedules, zones.sort())
  await sendSkipped(queue, schedules, zones, clock.now())
  return { zones, count }
}

function tell(
  schedules: Settings['schedules'],
  zones: readonly string[],
  count: number,
  output: Output,
): void {
  for (const { name, cron, timeZone } of schedules) {
    const where = timeZone === 'account' ? `in ${zones.length} time zones of accounts` : timeZone
    output.say(`${name}: ${cron}, ${where}`)
  }
  output.say(`${count} schedules; workers (fbads worker) do the work.`, 'title')
}

function refuseCrons(schedules: Settings['schedules']): void {
  for (const { name, cron } of schedules) {
    const error = cronError(cron)
    if (error !== null)
      throw new UsageError(`The schedule "${name}" has the cron expression "${cron}": ${error}.`)
  }
}
