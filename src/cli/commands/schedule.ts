import { readKnownAccounts } from '../../load/known-accounts.ts'
import { toError } from '../../pipeline/to-error.ts'
import { cronError } from '../../worker/firing-key.ts'
import type { Fleet } from '../../worker/fleet.ts'
import { sendSkipped, storeSchedules, zonesOf } from '../../worker/store-schedules.ts'
import { type Context, variablesOf } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit-status.ts'
import { openFleet } from '../fleet.ts'
import { readSettings } from '../read-settings.ts'
import type { Settings } from '../settings.ts'
import { UsageError } from '../usage-error.ts'

/** How often the time zones of new accounts are looked for. */
const REFRESH_MS = 10 * 60_000

/** Starts runs when their schedules say so, until it is told to stop. Any number of these may run. */
export async function schedule(context: Context): Promise<ExitStatus> {
  const { output, clock, signal } = context
  const onError = (error: Error) => output.say(`⚠️ ${error.message}`, 'warning')
  const wanted = readSettings(context.folder, variablesOf(context)).schedules
  if (wanted.length === 0) throw new UsageError('schedules is an empty list: nothing would ever start.')
  refuseCrons(wanted)
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
        const stored = await refresh(fleet, settings.schedules)
        if (stored !== known) output.say(stored)
        known = stored
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

/** Stores the schedules for the time zones of the accounts that are known now; says what is stored. */
async function refresh(
  { warehouse, queue, clock }: Fleet,
  schedules: Settings['schedules'],
): Promise<string> {
  const accounts = await readKnownAccounts(warehouse)
  const count = await storeSchedules(queue, schedules, accounts)
  await sendSkipped(queue, schedules, accounts, clock.now())
  const lines = schedules.map((each) => {
    const zones = zonesOf(each, accounts)
    const where =
      each.timeZone === 'account' ? `each account's own clock (${zones.join(', ')})` : each.timeZone
    return `${each.name}: ${each.cron}, ${where}`
  })
  return [...lines, `${count} in all; workers (fbads worker) do the work.`].join('\n')
}

function refuseCrons(schedules: Settings['schedules']): void {
  for (const { name, cron } of schedules) {
    const error = cronError(cron)
    if (error !== null)
      throw new UsageError(
        `schedules (fbads.config.json): the schedule "${name}" has the cron expression "${cron}": ${error.replace(/\.+$/, '')}.`,
      )
  }
}
