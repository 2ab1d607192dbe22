import { DatabaseError } from '../../load/database-error.ts'
import { readKnownAccounts } from '../../load/known-accounts.ts'
import type { Warehouse } from '../../load/session.ts'
import { sliceCount } from '../../model/slice.ts'
import type { AskedDays } from '../../pipeline/plan.ts'
import { planWithoutCalls } from '../../pipeline/plan-without-calls.ts'
import type { Source } from '../config.ts'
import { type Context, openForReading } from '../context.ts'
import { requestLabel } from '../render/words.ts'
import type { Settings } from '../settings.ts'

interface Planned {
  readonly sources: readonly Source[]
  readonly asked: AskedDays | null
  readonly settings: Settings
}

/** Shows what a sync would ask of the API, without a call and without writing. */
export async function showPlan(planned: Planned, context: Context): Promise<void> {
  const warehouse = await openIfThere(context)
  try {
    const { sources, asked, settings } = planned
    const named = sources.flatMap(({ accounts }) => (accounts === 'all' ? [] : accounts))
    const hasAll = sources.some(({ accounts }) => accounts === 'all')
    const known = hasAll && warehouse !== null ? await readKnownAccounts(warehouse) : []
    const accounts = [...new Set([...named, ...known.map(({ accountId }) => accountId)])]
    const plans = await planWithoutCalls(warehouse, accounts, asked, settings, context.clock.now())
    const requests = plans.flatMap((plan) => plan.requests)
    if (context.output.json) return context.output.result(JSON.stringify({ requests }, null, 2))
    if (hasAll) {
      context.output.say(
        plans.length === 0
          ? '"all" is found by asking the API, and no account was synced before. Give --account to see a plan.'
          : '"all" is found by asking the API; this is the plan of the accounts that were synced before.',
      )
    }
    for (const { accountId } of plans.filter((plan) => plan.timeZone === null)) {
      context.output.say(
        `act_${accountId} was never synced: its days are counted in UTC here, in its own time zone then.`,
      )
    }
    for (const request of requests) context.output.say(requestLabel(request))
    const slices = requests.reduce((sum, request) => sum + sliceCount(request), 0)
    context.output.say(
      `${slices} slices in ${requests.length} ${requests.length === 1 ? 'request' : 'requests'}; nothing was asked or written.`,
      'title',
    )
  } finally {
    await warehouse?.close()
  }
}

/** Null when there is no warehouse yet; a dry run makes none. */
async function openIfThere(context: Context): Promise<Warehouse | null> {
  try {
    return await openForReading(context, {})
  } catch (error) {
    if (error instanceof DatabaseError && error.kind === 'not-migrated') return null
    throw error
  }
}
