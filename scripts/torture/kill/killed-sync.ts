import type { Random } from '../../../src/simulator/world/random.ts'
import type { Place } from '../place.ts'
import { findBrokenKeys } from './broken-keys.ts'
import { findDamage, findDifferences, readState, type WarehouseState } from './find-damage.ts'
import { momentAt, type Timeline } from './moment.ts'
import { type Phase, readPhase } from './phase.ts'
import { SLICES, type Syncs } from './syncs.ts'

/** What came of a first sync that was killed, and of those that went on with it. */
export interface KilledSync {
  /** How far each that was killed had come. */
  readonly kills: readonly Phase[]
  /** What was not as it must be, after a kill or in the end; none when the warehouse is as if nothing had happened. */
  readonly problems: readonly string[]
}

/** How often a sync that goes on with a killed one is killed, too, as chances. */
const KILLED_AGAIN = [0.5, 0.5]

/**
 * Kills a first sync so long after its start, goes on with it until a sync ends by itself, and compares. Those in
 * between are killed at any moment of the timeline, unless they end before. Null when the first has ended before.
 */
export async function killSync(
  { place, syncs, undisturbed }: { place: Place; syncs: Syncs; undisturbed: WarehouseState },
  { afterMs, timeline, random }: { afterMs: number; timeline: Timeline; random: Random },
): Promise<KilledSync | null> {
  const kills: Phase[] = []
  const problems: string[] = []
  let runs = 0
  const lookAtKilled = async (): Promise<void> => {
    const seen = await place.look(async (session, schema) => ({
      progress: await readPhase(session, schema, { runsBefore: runs, slices: SLICES }),
      damage: await findDamage(session, schema, undisturbed),
    }))
    const phase = seen?.progress.phase ?? 'before the schema'
    runs = seen?.progress.runs ?? 0
    kills.push(phase)
    problems.push(...(seen?.damage ?? []).map((text) => `killed ${phase}: ${text}`))
  }

  let last = await syncs.run(momentAt(timeline, afterMs))
  if (last.signal === null) return null
  await lookAtKilled()
  for (const chance of KILLED_AGAIN) {
    if (last.signal === null || !random.chance(chance)) break
    last = await syncs.run(momentAt(timeline, random.next() * timeline.endMs))
    if (last.signal !== null) await lookAtKilled()
  }
  if (last.signal !== null) last = await syncs.run()
  if (last.status !== 0)
    problems.push(`the last sync ended with ${last.status ?? last.signal}:\n${last.said}`)
  const end = await place.look(async (session, schema) => [
    ...findDifferences(await readState(session, schema), undisturbed),
    ...(await findBrokenKeys(session, schema)),
  ])
  problems.push(...(end ?? ['there is no warehouse']).map((text) => `in the end: ${text}`))
  return { kills, problems }
}
