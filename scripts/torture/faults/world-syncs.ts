import { toPipelineSettings } from '../../../src/cli/commands/sync.ts'
import { createPipelineSources } from '../../../src/cli/marketing-apis.ts'
import { SETTINGS_SCHEMA } from '../../../src/cli/settings.ts'
import { GraphError, isGraphError } from '../../../src/extract/graph-error.ts'
import type { Warehouse } from '../../../src/load/session.ts'
import { ETLPipeline } from '../../../src/pipeline/etl-pipeline.ts'
import type { SyncEvent } from '../../../src/pipeline/sync-event.ts'
import { createSimulator, type Simulator } from '../../../src/simulator/app.ts'
import type { FaultShare } from '../../../src/simulator/graph/fault-mix.ts'
import { createRandom, hash } from '../../../src/simulator/world/random.ts'
import { SIMULATED_SOURCE } from '../../../test/support/simulated-source.ts'
import { type Contents, readContents } from '../kill/contents.ts'
import { holdClock } from './hold-clock.ts'
import { createSkippingClock } from './skipping-clock.ts'
import type { TroubledWorld } from './troubled-world.ts'

/** The syncs of one world into one warehouse, an hour after each other. */
export interface WorldSyncs {
  /** Runs the next one; returns what it says that it could not bring. */
  run(): Promise<string[]>
  readContents(): Promise<Contents>
  readonly simulator: Simulator
}

const HOUR_MS = 3_600_000
const MAX_WAIT_MS = HOUR_MS

/** Asks for the same each time, as cron does, of an API that goes wrong in these ways. */
export function createWorldSyncs(
  { api, asked, chunkDays, seed, startMs }: TroubledWorld,
  faults: readonly FaultShare[],
  warehouse: Warehouse,
): WorldSyncs {
  const clock = createSkippingClock(startMs, createRandom(hash(seed, 1)).next)
  const simulator = createSimulator({ ...api, clock, faults, seed })
  const settings = SETTINGS_SCHEMA.parse({ chunkDays, maxWorkers: 4 })
  const context = { clock, fetch: simulator.fetch }

  return {
    async run() {
      const missing: string[] = []
      const onEvent = (event: SyncEvent) => missing.push(...missingIn(event))
      const pipeline = new ETLPipeline({
        sources: createPipelineSources(context, [SIMULATED_SOURCE], settings, MAX_WAIT_MS, onEvent),
        warehouse: holdClock(warehouse, clock),
        clock,
        settings: toPipelineSettings(settings),
        onEvent,
      })
      try {
        const { status } = await pipeline.run(asked, new AbortController().signal)
        return status === 'succeeded' ? missing : [status, ...missing]
      } catch (error) {
        if (error instanceof GraphError) return [error.message]
        throw error
      } finally {
        clock.advance(HOUR_MS)
      }
    },
    readContents: () => warehouse.use((session) => readContents(session, warehouse.schema)),
    simulator,
  }
}

function missingIn(event: SyncEvent): string[] {
  switch (event.type) {
    case 'metadata-failed':
      // An object that the API does not have is missing for good.
      return isGraphError(event.error, 'not-found') ? [] : [event.error.message]
    case 'account-failed':
    case 'account-as-before':
    case 'accounts-as-before':
    case 'slices-failed':
    case 'totals-failed':
      return [event.error.message]
    default:
      return []
  }
}
