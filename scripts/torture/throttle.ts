import { toPipelineSettings } from '../../src/cli/commands/sync.ts'
import { createPipelineSources } from '../../src/cli/marketing-apis.ts'
import { SETTINGS_SCHEMA } from '../../src/cli/settings.ts'
import type { Fetch } from '../../src/extract/fetch.ts'
import { openPglite } from '../../src/load/pglite.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import { ETLPipeline } from '../../src/pipeline/etl-pipeline.ts'
import { createSimulator, type Simulator } from '../../src/simulator/app.ts'
import { RATE_LIMITS } from '../../src/simulator/graph/rate-limits.ts'
import { createRandom, hash } from '../../src/simulator/world/random.ts'
import { createWorld, type World } from '../../src/simulator/world.ts'
import { SIMULATED_SOURCE } from '../../test/support/simulated-source.ts'
import { holdClock } from './faults/hold-clock.ts'
import { createSkippingClock } from './faults/skipping-clock.ts'
import type { Torture } from './torture.ts'

const ACCOUNTS = 20
const BLOCKED = 3
const DAYS = 240
const START_MS = Date.parse('2026-11-05T20:00:00Z')
const LATENCY_MS = { medianMs: 3_000, p99Ms: 10_000 }
/** A few calls, then five minutes of nothing, again and again. */
const TIGHT = { points: 12, decayMs: 20 * 60_000, blockMs: 5 * 60_000 }
/** How much longer the others may take. */
const BAR = 1.05

/** Syncs accounts of which three are blocked again and again, and the others alone, and compares how long these take. */
export const throttle: Torture = {
  about: `of ${ACCOUNTS} accounts ${BLOCKED} are blocked again and again; the others end as if they were alone`,
  runs: { full: 10, short: 1 },
  async run({ runs, seed, tell }) {
    let held = true
    for (let run = 0; run < runs; run += 1) {
      const worldSeed = hash(seed, run)
      const world = createWorld({
        seed: worldSeed,
        accounts: ACCOUNTS,
        ads: 3,
        days: DAYS + 2,
        nowMs: START_MS,
      })
      const ids = world.accounts.map(({ id }) => id)
      // The first ones, whose workers would be missed by all others.
      const others = ids.slice(BLOCKED)
      const alone = await syncTimes(world, others, new Set(), worldSeed)
      const together = await syncTimes(world, ids, new Set(ids.slice(0, BLOCKED)), worldSeed)
      const [mine, theirs] = [alone, together].map(({ endedMs }) => lastOf(endedMs, others) / 1000)
      const ratio = (theirs ?? Infinity) / (mine ?? 1)
      tell(
        `alone ${mine?.toFixed(1)} s, beside ${BLOCKED} that are blocked ${theirs?.toFixed(1)} s: ${ratio.toFixed(3)}; ` +
          `these were refused ${together.refused} times, made ${together.duringBlocks} calls during a block, ` +
          `and ended after ${(lastOf(together.endedMs, ids) / 60_000).toFixed(0)} min (${together.status})`,
      )
      if (ratio > BAR || together.duringBlocks > 0 || together.refused === 0) held = false
      if (alone.status !== 'succeeded' || together.status !== 'succeeded') held = false
    }
    return held
  },
}

interface SyncTimes {
  readonly status: string
  /** When the last slice of each account was loaded, after the start of the sync. */
  readonly endedMs: ReadonlyMap<string, number>
  readonly refused: number
  readonly duringBlocks: number
}

/** One sync of the accounts, on a clock that skips what is waited for. */
async function syncTimes(
  world: World,
  accounts: readonly string[],
  blocked: ReadonlySet<string>,
  seed: number,
): Promise<SyncTimes> {
  const clock = createSkippingClock(START_MS, createRandom(seed).next)
  const api = { world, clock, latencyMs: LATENCY_MS, seed }
  const open = createSimulator(api)
  const tight = createSimulator({
    ...api,
    rateLimits: {
      ...RATE_LIMITS.none,
      useCases: { ads_insights: TIGHT, ads_management: null },
    },
  })
  const simulatorOf = (url: string): Simulator => {
    const [, id = ''] = /act_(\d+)/.exec(url) ?? []
    return blocked.has(id) ? tight : open
  }
  let refused = 0
  const fetch: Fetch = async (input, init) => {
    const answer = await simulatorOf(String(input)).fetch(input, init)
    if (!answer.ok) refused += 1
    return answer
  }
  const endedMs = new Map<string, number>()
  const settings = SETTINGS_SCHEMA.parse({ chunkDays: 7 })
  const source = { ...SIMULATED_SOURCE, accounts: accounts.map(parseAccountId) }
  const warehouse = await openPglite({ folder: null, schema: 'facebook_ads' })
  try {
    const pipeline = new ETLPipeline({
      sources: createPipelineSources({ clock, fetch }, [source], settings, 24 * 3_600_000, () => undefined),
      warehouse: holdClock(warehouse, clock),
      clock,
      settings: toPipelineSettings(settings),
      onEvent: (event) => {
        if (event.type === 'loaded') endedMs.set(event.request.accountId, clock.now() - START_MS)
      },
    })
    const { status } = await pipeline.run({ days: DAYS }, new AbortController().signal)
    const duringBlocks = [...tight.callsDuringBlocks.values()].reduce((sum, calls) => sum + calls, 0)
    return { status, endedMs, refused, duringBlocks }
  } finally {
    await warehouse.close()
  }
}

function lastOf(endedMs: ReadonlyMap<string, number>, ids: readonly string[]): number {
  return Math.max(...ids.map((id) => endedMs.get(id) ?? Infinity))
}
