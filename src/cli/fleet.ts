import { migrate } from '../load/migrate.ts'
import type { ByteRoom } from '../model/byte-room.ts'
import type { SyncEvent } from '../pipeline/sync-event.ts'
import type { SyncSummary } from '../pipeline/sync-summary.ts'
import type { Fleet, FleetSource } from '../worker/fleet.ts'
import { Queue } from '../worker/queue.ts'
import { toPipelineSettings } from './commands/sync.ts'
import { type Source, type Variables, variable } from './config.ts'
import { type Context, openWarehouse, variablesOf } from './context.ts'
import { type LimitsOfApps, shareLimitsOf } from './limits-of.ts'
import { createApis, createRoom } from './marketing-apis.ts'
import { readSettings } from './read-settings.ts'
import type { Settings } from './settings.ts'
import { readSources } from './sources.ts'
import { UsageError } from './usage-error.ts'

/** How long a request waits at first for what the API cannot do now, when it does not say how long. */
const LATER_MS = 30_000

interface FleetNeeds {
  /** Requests at a time. */
  readonly concurrency: number
  readonly supervises?: boolean
  readonly fires?: boolean
  readonly accounts?: readonly string[] | undefined
  /** By their names; all when absent. */
  readonly sources?: readonly string[] | undefined
  readonly onEvent?: (event: SyncEvent) => void
  readonly onClosed?: (summary: SyncSummary) => Promise<void>
  readonly onError?: (error: Error) => void
}

export interface OpenFleet {
  readonly fleet: Fleet
  readonly settings: Settings
  close(): Promise<void>
}

/** The warehouse and its queue, for a command that plans, works or looks on. Throws UsageError or DatabaseError. */
export async function openFleet(context: Context, needs: FleetNeeds): Promise<OpenFleet> {
  const variables = variablesOf(context)
  const settings = readSettings(context.folder, variables)
  const sources = readSources(variables, settings.sources, {
    ...(needs.accounts && { account: needs.accounts }),
    ...(needs.sources && { source: needs.sources }),
  })
  const connectionString = queueAddress(variables)
  const onEvent = needs.onEvent ?? (() => undefined)
  // Each request at work lends a connection; the rest is for what goes on beside.
  const warehouse = await openWarehouse(context, variables, needs.concurrency + 2)
  try {
    await migrate(warehouse)
    const queue = await openQueue(connectionString, variables, needs)
    const room = createRoom(settings)
    const limits = shareLimitsOf(sources, warehouse, context.clock, onEvent)
    const fleet: Fleet = {
      warehouse,
      queue,
      clock: context.clock,
      sources: sources.map((source) =>
        toFleetSource(context, source, settings, needs.concurrency, { limits, room }),
      ),
      settings: { ...toPipelineSettings(settings), maxPerAccount: settings.maxPerAccount, laterMs: LATER_MS },
      onEvent,
      onClosed: needs.onClosed ?? (async () => undefined),
    }
    return {
      fleet,
      settings,
      async close() {
        await queue.close()
        await limits.close()
        await warehouse.close()
      },
    }
  } catch (error) {
    await warehouse.close()
    throw error
  }
}

async function openQueue(connectionString: string, variables: Variables, needs: FleetNeeds): Promise<Queue> {
  return Queue.open({
    connectionString,
    schema: variable(variables, 'FBADS_SCHEMA'),
    supervises: needs.supervises ?? false,
    fires: needs.fires ?? false,
    onError: needs.onError ?? (() => undefined),
  })
}

/** The queue lives in the warehouse's PostgreSQL. */
function queueAddress(variables: Variables): string {
  const address = variables.DATABASE_URL
  if (address) return address
  throw new UsageError(
    'The queue needs a PostgreSQL server, which several processes can use: set DATABASE_URL. The embedded warehouse has one owner at a time; fbads sync loads it without a queue.',
  )
}

function toFleetSource(
  context: Context,
  source: Source,
  settings: Settings,
  concurrency: number,
  { limits, room }: { readonly limits: LimitsOfApps; readonly room: ByteRoom },
): FleetSource {
  const shared = limits.of(source)
  return {
    name: source.name,
    accounts: source.accounts,
    app:
      settings.maxPerApp === undefined
        ? null
        : { name: shared.sharedLimits.appKey, most: settings.maxPerApp },
    createApis: (maxWaitMs, onEvent) =>
      createApis(
        context,
        source,
        { ...settings, maxWorkers: concurrency, metaMaxWorkers: concurrency },
        maxWaitMs,
        onEvent,
        { ...shared, room },
      ),
  }
}
