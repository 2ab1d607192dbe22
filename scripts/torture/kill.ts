import pLimit from 'p-limit'
import { createRandom, hash } from '../../src/simulator/world/random.ts'
import type { World } from '../../src/simulator/world.ts'
import { startPostgres } from '../../test/support/start-postgres.ts'
import { findDifferences, readState, type WarehouseState } from './kill/find-damage.ts'
import { type KilledSync, killSync } from './kill/killed-sync.ts'
import type { Timeline } from './kill/moment.ts'
import { PHASES } from './kill/phase.ts'
import { createSyncedWorld, createSyncs, type Syncs, type Way } from './kill/syncs.ts'
import { createEmbeddedPlace, createServedPlace, type Place, withPlace } from './place.ts'
import type { Torture, TortureOptions } from './torture.ts'

/** As many as there are cores where every change is tried out. */
const AT_ONCE = 2
/** Every that many on the server, report runs are killed as well. */
const REPORT_RUNS_EVERY = 4
/** How many problems of one sync are told. */
const TOLD = 5

/** Kills first syncs of the real command at moments spread over all of its duration, and lets others go on. */
export const kill: Torture = {
  about: 'a first sync that is killed at any moment, and gone on with, ends as if it had not been',
  runs: { full: 200, short: 8 },
  async run({ runs, seed, tell }) {
    const server = await startPostgres()
    try {
      const world = createSyncedWorld(seed)
      let schemas = 0
      const openServed = () => {
        schemas += 1
        return createServedPlace(server.url, `kill_${process.pid}_${schemas}`)
      }
      const embedded = Math.min(runs, Math.max(3, Math.round(runs / 4)))
      const withReportRuns = Math.floor(runs / REPORT_RUNS_EVERY)
      const groups: Group[] = [
        { name: 'PostgreSQL', way: 'direct', syncs: runs - withReportRuns, open: openServed },
        { name: 'PostgreSQL, report runs', way: 'report runs', syncs: withReportRuns, open: openServed },
        { name: 'PGlite', way: 'direct', syncs: embedded, open: createEmbeddedPlace },
      ]
      let held = true
      for (const [index, group] of groups.entries()) {
        if (group.syncs > 0 && !(await tortureGroup(group, world, { seed: hash(seed, index), tell })))
          held = false
      }
      return held
    } finally {
      await server.stop()
    }
  },
}

/** Syncs of one kind. */
interface Group {
  readonly name: string
  readonly way: Way
  readonly syncs: number
  open(): Promise<Place>
}

async function tortureGroup(
  group: Group,
  world: World,
  { seed, tell }: Pick<TortureOptions, 'seed' | 'tell'>,
): Promise<boolean> {
  const { timeline, undisturbed, problems } = await leaveUndisturbed(group, world)
  const limit = pLimit(AT_ONCE)
  const killed = await Promise.all(
    Array.from({ length: group.syncs }, (_, i) =>
      limit(async () => {
        const random = createRandom(hash(seed, i))
        let afterMs = ((i + random.next()) / group.syncs) * timeline.endMs
        for (;;) {
          const parts = { afterMs, timeline, random }
          const result = await at(group, world, (place, syncs) =>
            killSync({ place, syncs, undisturbed }, parts),
          )
          if (result !== null) return { ...result, afterMs }
          // It was faster at its end than the one that was measured.
          afterMs *= 0.98
        }
      }),
    ),
  )
  for (const { afterMs, ...result } of killed) {
    for (const text of result.problems.slice(0, TOLD)) tell(`  after ${afterMs.toFixed(0)} ms: ${text}`)
  }
  for (const text of problems) tell(`  undisturbed, twice: ${text}`)
  const seconds = (timeline.endMs / 1000).toFixed(1)
  tell(`${group.name}: ${killed.length} first syncs, of ${seconds} s when undisturbed, were killed`)
  for (const line of summaryOf(killed)) tell(`  ${line}`)
  return problems.length === 0 && killed.every((each) => each.problems.length === 0)
}

/** What an undisturbed sync leaves and how long it takes, beside as many as are killed at once, which leave the same. */
async function leaveUndisturbed(
  group: Group,
  world: World,
): Promise<{ timeline: Timeline; undisturbed: WarehouseState; problems: readonly string[] }> {
  const [first, ...others] = await Promise.all(
    Array.from({ length: AT_ONCE }, () =>
      at(group, world, async (place, syncs) => {
        const { status, said, callsMs, endMs } = await syncs.run()
        const state = await place.look(readState)
        if (status !== 0 || state === null) throw new Error(`An undisturbed sync has failed:\n${said}`)
        return { state, timeline: { callsMs, endMs } }
      }),
    ),
  )
  if (first === undefined) throw new RangeError('nothing was synced')
  const problems = others.flatMap(({ state }) => findDifferences(state, first.state))
  return { timeline: first.timeline, undisturbed: first.state, problems }
}

function at<T>(
  { open, way }: Group,
  world: World,
  body: (place: Place, syncs: Syncs) => Promise<T>,
): Promise<T> {
  return withPlace(open, async (place) => {
    const syncs = await createSyncs(world, way, place)
    try {
      return await body(place, syncs)
    } finally {
      syncs.close()
    }
  })
}

function summaryOf(killed: readonly KilledSync[]): string[] {
  const kills = killed.flatMap((each) => each.kills)
  const phases = PHASES.map((phase) => `${kills.filter((each) => each === phase).length} ${phase}`)
  const equal = killed.filter((each) => each.problems.length === 0).length
  return [
    `${kills.length} kills, each followed by a sync that went on: ${phases.join(', ')}`,
    `${equal} of ${killed.length} whole after each kill, and in the end equal to an undisturbed one`,
  ]
}
