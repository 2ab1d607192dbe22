import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createWorld, type World } from '../../../src/simulator/world.ts'
import {
  type EndedProcess,
  type FbadsProcess,
  type FbadsProcessOptions,
  startFbads,
} from '../fbads-process.ts'
import type { Place } from '../place.ts'
import { serveSimulator } from '../serve-simulator.ts'

/** When every sync happens, so that all of them read the same days and figures. */
const NOW_MS = Date.parse('2026-11-05T20:00:00Z')

/** Days of two months, whose partitions are made as the days are loaded. */
const SETTINGS = {
  FACEBOOK_ACCESS_TOKEN: 'simulated',
  FACEBOOK_AD_ACCOUNT_ID: 'all',
  FBADS_REPORTS: 'core,country',
  FBADS_FIRST_PULL_DAYS: '8',
  FBADS_DAILY_PULL_DAYS: '2',
  FBADS_CHUNK_DAYS: '1',
  FBADS_MAX_WORKERS: '2',
}

/** Of the 16 calls for insights of a first sync the one at which it is midway: two workers have loaded what came before. */
const MIDWAY_CALL = 7
/** More than any sync takes, the faults included; a process that still runs then hangs. */
const HUNG_MS = 90_000

export function createStageWorld(seed: number): World {
  return createWorld({ seed, nowMs: NOW_MS, accounts: 1, ads: 60, days: 30 })
}

interface RunOptions extends Partial<Pick<FbadsProcessOptions, 'environment' | 'starter'>> {
  started?(process: FbadsProcess): void
  /** Runs while the sync has loaded some of its slices and waits for the API; that answers when it is done. */
  midway?(process: FbadsProcess): Promise<void>
}

/** Where a fault befalls syncs: a warehouse and a simulated API of their own. */
export interface Stage {
  readonly place: Place
  /** Runs a command to its end; throws when it hangs, and when it ends before it is midway. */
  run(args: readonly string[], options?: RunOptions): Promise<EndedProcess>
  /** Ends the connections that the API has with its clients. */
  dropClients(): void
  /** What is done when the stage is cleared, the last first, after its warehouse is gone. */
  readonly afterwards: (() => Promise<unknown>)[]
  clear(): Promise<void>
}

export const SYNC: readonly string[] = ['sync']

export async function createStage(place: Place, world: World): Promise<Stage> {
  const aheadMs = NOW_MS - Date.now()
  const clock = {
    now: () => Date.now() + aheadMs,
    sleep: async (ms: number, signal: AbortSignal) => {
      await sleep(ms, undefined, { signal })
    },
  }
  let onInsights = async (): Promise<void> => {}
  const simulator = await serveSimulator({ world, clock, latencyMs: 10 }, async (path) => {
    if (path.endsWith('/insights')) await onInsights()
  })
  const afterwards: (() => Promise<unknown>)[] = []
  return {
    place,
    afterwards,
    dropClients: simulator.dropClients,
    async run(args, { environment = {}, starter = [], started, midway } = {}) {
      const process = startFbads(args, {
        folder: place.folder,
        environment: {
          ...SETTINGS,
          ...place.environment,
          FACEBOOK_GRAPH_URL: simulator.url,
          TORTURE_AHEAD_MS: String(aheadMs),
          ...environment,
        },
        starter,
        nodeFlags: ['--import', fileURLToPath(new URL('../kill/moved-clock.ts', import.meta.url))],
      })
      started?.(process)
      const hung = setTimeout(() => process.kill('SIGKILL'), HUNG_MS)
      let calls = 0
      const { promise: isMidway, resolve, reject } = Promise.withResolvers<void>()
      isMidway.catch(() => process.kill('SIGKILL'))
      onInsights = async () => {
        calls += 1
        if (calls === MIDWAY_CALL && midway) await midway(process).then(resolve, reject)
      }
      try {
        const ended = await process.ended
        if (midway && calls < MIDWAY_CALL) throw new Error(`It ended before it was midway:\n${ended.said}`)
        // The process may have ended first, and because of it.
        if (midway) await isMidway
        return ended
      } finally {
        onInsights = async () => {}
        process.kill('SIGKILL')
        await process.ended
        clearTimeout(hung)
      }
    },
    async clear() {
      simulator.close()
      const failures: unknown[] = []
      // Each of them, whatever becomes of the others: a disk or a role that stays is in the way of the next stage.
      for (const each of [place.remove, ...afterwards.toReversed()])
        await each().catch((error) => failures.push(error))
      if (failures.length > 0) throw new AggregateError(failures, `The stage was not cleared: ${failures}`)
    },
  }
}
