import { callsOf } from '../../capacity/account-work.ts'
import { planCapacity } from '../../capacity/plan-capacity.ts'
import { type CapacityFlags, parseFleet, parseMeans } from '../capacity-flags.ts'
import { type Context, variablesOf } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit-status.ts'
import { readSettings } from '../read-settings.ts'
import { capacityDocument } from '../render/capacity-document.ts'
import { capacityLines } from '../render/capacity-lines.ts'
import { count } from '../render/words.ts'
import { UsageError } from '../usage-error.ts'

/** More would take minutes. */
const MOST_CALLS = 50_000_000

/** Says what one sync a day of a fleet takes, without a call and without a warehouse. */
export async function planCapacityFor(flags: CapacityFlags, context: Context): Promise<ExitStatus> {
  const { output } = context
  const settings = readSettings(context.folder, variablesOf(context))
  const fleet = parseFleet(flags, settings)
  const means = parseMeans(flags, settings)
  const calls = callsOf(fleet)
  if (calls > MOST_CALLS)
    throw new UsageError(
      `That is a day of ${count(calls)} calls; ${count(MOST_CALLS)} can be simulated. Ask for fewer --accounts, --ads or --days.`,
    )
  const plan = planCapacity(fleet, means)
  if (output.json) output.result(capacityDocument(fleet, means, plan))
  else for (const [text, tone] of capacityLines(fleet, means, plan)) output.say(text, tone)
  return EXIT.done
}
