import { createRandom } from '../../src/simulator/world/random.ts'
import { startOwnPostgres } from '../../test/support/start-postgres.ts'
import { EMBEDDED_DISK_FAULTS, SERVED_DISK_FAULT } from './database/disk-faults.ts'
import type { Fault } from './database/fault.ts'
import { FOLDER_FAULTS } from './database/folder-faults.ts'
import { LOGIN_FAULTS } from './database/login-faults.ts'
import { PROCESS_FAULTS } from './database/process-faults.ts'
import { SCHEMA_FAULTS } from './database/schema-faults.ts'
import { differFromSeen, type SeenFault, writeSeenFaults } from './database/seen-faults.ts'
import { createServedStage } from './database/served-stage.ts'
import { SESSION_FAULTS } from './database/session-faults.ts'
import { createStage, createStageWorld, type Stage, SYNC } from './database/stage.ts'
import { tryFault } from './database/try-fault.ts'
import { readState, type WarehouseState } from './kill/find-damage.ts'
import { createEmbeddedPlace } from './place.ts'
import type { Torture } from './torture.ts'

const SERVED = [...LOGIN_FAULTS, ...SESSION_FAULTS, SERVED_DISK_FAULT, ...SCHEMA_FAULTS, ...PROCESS_FAULTS]
const EMBEDDED = [...FOLDER_FAULTS, ...EMBEDDED_DISK_FAULTS]
/** That of the table in the documentation. */
const ORDER = [...SERVED, ...EMBEDDED].map(({ fault }) => fault)

/** Lets everything that can go wrong with a database, and with the machine, befall the real command, on real servers. */
export const database: Torture = {
  about:
    'a fault of the database or the machine is told, leaves nothing half-loaded, and the next sync goes on',
  runs: { full: ORDER.length, short: 10 },
  async run({ runs, seed, tell, write }) {
    const random = createRandom(seed)
    const lots = ORDER.map((fault) => ({ fault, lot: random.next() })).sort((a, b) => a.lot - b.lot)
    const chosen = new Set(lots.slice(0, runs).map(({ fault }) => fault))
    const server = await startOwnPostgres()
    try {
      const world = createStageWorld(seed)
      const groups = [
        await tryAll(SERVED, chosen, () => createServedStage(server, world), tell),
        await tryAll(EMBEDDED, chosen, async () => createStage(await createEmbeddedPlace(), world), tell),
      ]
      const seen = groups.flatMap((group) => group.seen)
      const held = groups.every((group) => group.held)
      if (write) {
        writeSeenFaults(seen, ORDER)
        return held
      }
      const differences = differFromSeen(seen, ORDER)
      for (const text of differences) tell(`✗ not as the documentation has it (--write): ${text}`)
      return held && differences.length === 0
    } finally {
      await server.stop()
    }
  },
}

interface TriedGroup {
  readonly held: boolean
  readonly seen: readonly SeenFault[]
}

async function tryAll<S extends Stage>(
  faults: readonly Fault<S>[],
  chosen: ReadonlySet<string>,
  open: () => Promise<S>,
  tell: (line: string) => void,
): Promise<TriedGroup> {
  const own = faults.filter(({ fault }) => chosen.has(fault))
  if (own.length === 0) return { held: true, seen: [] }
  const undisturbed = await withStage(open, leaveUndisturbed)
  const seen: SeenFault[] = []
  let held = true
  for (const fault of own) {
    const why = fault.leftOut?.() ?? null
    if (why !== null) {
      tell(`· ${fault.fault}: left out, ${why}`)
      continue
    }
    try {
      const tried = await withStage(open, (stage) => tryFault(fault, stage, undisturbed))
      seen.push(tried.seen)
      const { when, ended, message, next } = tried.seen
      tell(
        `${tried.problems.length === 0 ? '✓' : '✗'} ${fault.fault}, ${when}: ${ended}; ${next}; ${message}`,
      )
      for (const text of tried.problems) tell(`    ${text}`)
      held &&= tried.problems.length === 0
    } catch (error) {
      tell(`✗ ${fault.fault}: ${error instanceof Error ? error.message : String(error)}`)
      held = false
    }
  }
  return { held, seen }
}

async function withStage<S extends Stage, T>(
  open: () => Promise<S>,
  body: (stage: S) => Promise<T>,
): Promise<T> {
  const stage = await open()
  let result: T
  try {
    result = await body(stage)
  } catch (error) {
    // A stage in disorder may not be cleared, and why it is so tells more.
    await stage.clear().catch(() => undefined)
    throw error
  }
  await stage.clear()
  return result
}

async function leaveUndisturbed({ run, place }: Stage): Promise<WarehouseState> {
  const { status, said } = await run(SYNC)
  const state = await place.look(readState)
  if (status !== 0 || state === null) throw new Error(`An undisturbed sync has failed:\n${said}`)
  return state
}
