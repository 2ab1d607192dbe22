import { findBrokenKeys } from '../kill/broken-keys.ts'
import { findDamage, findDifferences, readState, type WarehouseState } from '../kill/find-damage.ts'
import type { Fault } from './fault.ts'
import type { SeenFault } from './seen-faults.ts'
import { type Stage, SYNC } from './stage.ts'

interface TriedFault {
  readonly seen: SeenFault
  /** What was not as it must be; none when the warehouse is as if nothing had happened. */
  readonly problems: readonly string[]
}

/** Lets a fault befall a sync, applies its remedy, syncs again, and looks at the warehouse after both. */
export async function tryFault<S extends Stage>(
  { fault, when, befall, says, remedy }: Fault<S>,
  stage: S,
  undisturbed: WarehouseState,
): Promise<TriedFault> {
  const problems: string[] = []
  const { place, run } = stage
  const befallen = await befall(stage)
  await befallen.mend?.()
  const damage = await place.look((session, schema) => findDamage(session, schema, undisturbed))
  problems.push(...(damage ?? []).map((text) => `after the fault: ${text}`))
  const next = await run(SYNC)
  if (next.status !== 0)
    problems.push(`the next sync ended with ${next.status ?? next.signal}:\n${next.said}`)
  const end = await place.look(async (session, schema) => [
    ...findDifferences(await readState(session, schema), undisturbed),
    ...(await findBrokenKeys(session, schema)),
  ])
  problems.push(...(end ?? ['there is no warehouse']).map((text) => `in the end: ${text}`))
  const { said, status, signal } = befallen
  const message = said.match(says ?? /(?<=^❌ ).*$(?![\s\S]*^❌)/m)?.[0] ?? ''
  return {
    seen: {
      fault,
      when,
      message: masked(message, place.folder),
      ended: String(status ?? signal),
      next: `${remedy === undefined ? '' : `${remedy}; it `}${whatNextDid(befallen.status, next.said)}`,
    },
    problems,
  }
}

/** By what the second sync says it did; that all is there then has been seen. */
function whatNextDid(status: number | null, said: string): string {
  const loaded = Number(/(\d+) slices loaded/.exec(said)?.[1])
  if (loaded > 0) return 'loads the rest'
  return status === 0 ? 'finds all there' : 'finds nothing missing'
}

/** Without what differs from run to run. */
function masked(message: string, folder: string): string {
  return message
    .replaceAll(folder, '/srv/fbads')
    .replace(/(?<=\/srv\/fbads\S*)fbads-disk-\w+/g, '')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:5432')
    .replace(/(?<=lost: ).*?(?=\. What)/, '…')
    .replace(/process \d+/g, 'process …')
    .replace(/act_\d+/g, 'act_…')
    .replace(/account \d+/g, 'account …')
    .replace(/\d{4}-\d\d-\d\d( to \d{4}-\d\d-\d\d)?/g, '…')
    .replace(/"(fact_\w+?)_\d{6}\w*"/g, '"$1_…"')
    .replace(/base\/\S+?(?=")|pg_tblspc\/\S+?(?=")/g, '…')
}
