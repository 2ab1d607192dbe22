import { readQueue } from '../../load/queue/read-queue.ts'
import { type AccountCalendar, readCalendars } from '../../load/read-calendars.ts'
import { readStatus } from '../../load/read-status.ts'
import type { Warehouse } from '../../load/session.ts'
import type { ObjectId } from '../../model/object-id.ts'
import { sliceCount } from '../../model/slice.ts'
import type { IncidentReport } from '../../observe/tell-incidents.ts'
import { planWithoutCalls } from '../../pipeline/plan-without-calls.ts'
import { parseAccountFlags, refuseUnknown } from '../asked-accounts.ts'
import { type Context, openForReading, variablesOf, type WarehouseFlags } from '../context.ts'
import { MOST_DAYS } from '../dates.ts'
import { EXIT, type ExitStatus } from '../exit-status.ts'
import { checkHealth, statusOfHealth } from '../observe/check-health.ts'
import { scopeOf } from '../observe/incidents.ts'
import { readWebhook } from '../observe/read-webhook.ts'
import { parseNumber } from '../parse-number.ts'
import { readSettings } from '../read-settings.ts'
import { showQueue } from '../render/queue-view.ts'
import { showIncidents, showStatus } from '../render/status-view.ts'
import type { Settings } from '../settings.ts'

interface StatusFlags extends WarehouseFlags {
  readonly account?: readonly string[]
  /** Of the calendar; else as many as fit. */
  readonly days?: string
  /** Shows the newest run of the queue until it ends. */
  readonly follow?: boolean
  readonly check?: boolean
}

/** Where there is no terminal to ask for its width. */
const WIDTH = 80
/** Days of the calendars for programs, when nothing else is said. */
const JSON_DAYS = 91

/** Last runs, freshness, and which slices are loaded, missing or failed. */
export async function status(flags: StatusFlags, context: Context): Promise<ExitStatus> {
  if (flags.follow) return (await import('./sync-queue.ts')).follow(context)
  // The demo's days are its own: no sync goes on with them.
  const settings = flags.demo ? null : readSettings(context.folder, variablesOf(context))
  const accounts = parseAccountFlags(flags.account)
  const days = flags.days === undefined ? null : parseNumber('--days', flags.days, 0, 1, MOST_DAYS)
  const { output, clock } = context
  const width = output.liveWidth ?? WIDTH
  const warehouse = await openForReading(context, flags)
  try {
    await refuseUnknown(warehouse, accounts)
    const found = await readStatus(warehouse, accounts)
    const queue = await readQueue(warehouse)
    const calendars = await readCalendars(
      warehouse,
      accounts,
      days ?? (output.json ? JSON_DAYS : width),
      clock.now(),
    )
    const next = settings && (await readNextSync(warehouse, accounts, settings, clock.now()))
    const report = flags.check ? await check(warehouse, settings, context) : null
    const { incidents } = report ?? {}
    if (output.json) {
      const calendar = calendars.flatMap(toRows)
      const document = {
        warehouse: warehouse.location,
        ...found,
        queue,
        calendar,
        next_sync: next,
        ...(incidents && { incidents }),
      }
      output.result(JSON.stringify(document, null, 2))
    } else {
      showStatus(found, calendars, { location: warehouse.location, width, days, accounts }, output)
      showQueue(queue, output)
      if (next && found.runs.length > 0) {
        output.say(
          `The next fbads sync reads ${next.slices} slices, ${next.never_loaded} of them for the first time.`,
        )
      }
      if (incidents) showIncidents(incidents, found.runs.length > 0, output)
    }
    return report ? statusOfHealth(report.health, report.incidents) : EXIT.done
  } finally {
    await warehouse.close()
  }
}

/** What is wrong, told by the webhook, too; the demo's troubles are nobody's. */
function check(warehouse: Warehouse, settings: Settings | null, context: Context): Promise<IncidentReport> {
  const variables = settings ? variablesOf(context) : {}
  const { staleDays, reports, sources } = settings ?? readSettings(context.folder, {})
  const webhook = readWebhook(variables, context.fetch)
  return checkHealth(warehouse, { ...scopeOf(variables, { reports, sources }), webhook, staleDays }, context)
}

function toRows({ accountId, timeZone, reports }: AccountCalendar) {
  return reports.flatMap(({ report, days }) =>
    days.map(({ date, state }) => ({ account_id: accountId, timezone: timeZone, report, date, state })),
  )
}

/** What a sync of these accounts, or of all that are known, would read now. */
async function readNextSync(
  warehouse: Warehouse,
  accounts: readonly ObjectId[] | null,
  settings: Settings,
  nowMs: number,
) {
  const plans = await planWithoutCalls(warehouse, accounts ?? 'all', null, settings, nowMs)
  const requests = plans.flatMap((plan) => plan.requests)
  return {
    slices: requests.reduce((sum, request) => sum + sliceCount(request), 0),
    never_loaded: plans.reduce((sum, plan) => sum + plan.neverLoaded, 0),
  }
}
