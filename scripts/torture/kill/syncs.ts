import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createWorld, type World } from '../../../src/simulator/world.ts'
import { type EndedProcess, startFbads } from '../fbads-process.ts'
import type { Place } from '../place.ts'
import { serveSimulator } from '../serve-simulator.ts'
import type { Moment, Timeline } from './moment.ts'

/** When every sync happens, so that all of them read the same days and figures. */
const NOW_MS = Date.parse('2026-11-05T20:00:00Z')
const ACCOUNTS = 2
const REPORTS = 3
const DAYS = 14
/** How many a first sync loads. */
export const SLICES = ACCOUNTS * REPORTS * DAYS

/** Over the days of two months, of which the next sync reads the last ones again. */
const SETTINGS = {
  FACEBOOK_ACCESS_TOKEN: 'simulated',
  FACEBOOK_AD_ACCOUNT_ID: 'all',
  FBADS_FIRST_PULL_DAYS: String(DAYS),
  FBADS_DAILY_PULL_DAYS: '3',
  FBADS_MAX_WORKERS: '3',
}

/**
 * How the API answers: many requests at once each, or fewer of which some become report runs, which a killed process
 * leaves to the next one.
 */
const WAYS = {
  direct: { chunkDays: 2, limits: {} },
  'report runs': {
    chunkDays: 7,
    limits: {
      sizeLimit: { cells: 6_000, of: 'range', error: 'reduce-data' },
      runTimes: { notStartedMs: 0, startedMs: 0, runningMs: 200 },
    },
  },
} as const
export type Way = keyof typeof WAYS

/** More than any sync takes; a process that still runs then is stuck. */
const STUCK_MS = 120_000

export function createSyncedWorld(seed: number): World {
  return createWorld({ seed, nowMs: NOW_MS, accounts: ACCOUNTS, ads: 8, days: 30 })
}

/** The syncs of one warehouse, one after the other, from a simulator that they share with nobody. */
export interface Syncs {
  /** Runs one to its end, or kills it when the moment comes. */
  run(moment?: Moment): Promise<EndedProcess & Timeline>
  close(): void
}

export async function createSyncs(world: World, way: Way, { folder, environment }: Place): Promise<Syncs> {
  const { chunkDays, limits } = WAYS[way]
  const aheadMs = NOW_MS - Date.now()
  let onCall = (): void => {}
  const clock = {
    now: () => Date.now() + aheadMs,
    sleep: async (ms: number, signal: AbortSignal) => {
      await sleep(ms, undefined, { signal })
    },
  }
  const simulator = await serveSimulator({ world, clock, latencyMs: 15, ...limits }, () => onCall())
  return {
    async run(moment) {
      const startedMs = performance.now()
      const process = startFbads(['sync', '--verbose'], {
        folder,
        environment: {
          ...SETTINGS,
          ...environment,
          FBADS_CHUNK_DAYS: String(chunkDays),
          FACEBOOK_GRAPH_URL: simulator.url,
          TORTURE_AHEAD_MS: String(aheadMs),
        },
        nodeFlags: ['--import', fileURLToPath(new URL('moved-clock.ts', import.meta.url))],
      })
      const killAfter = (ms: number) => setTimeout(() => process.kill('SIGKILL'), ms)
      const timers = [killAfter(STUCK_MS)]
      const callsMs: number[] = []
      if (moment?.calls === 0) timers.push(killAfter(moment.afterMs))
      onCall = () => {
        callsMs.push(performance.now() - startedMs)
        if (moment?.calls === callsMs.length) timers.push(killAfter(moment.afterMs))
      }
      const ended = await process.ended
      timers.forEach(clearTimeout)
      return { ...ended, callsMs, endMs: performance.now() - startedMs }
    },
    close: simulator.close,
  }
}
