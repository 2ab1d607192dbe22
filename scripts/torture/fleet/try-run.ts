import type { SimulatorOptions } from '../../../src/simulator/options.ts'
import { type Contents, differences, readContents } from '../kill/contents.ts'
import type { Place } from '../place.ts'
import type { CallCounts } from './call-counts.ts'
import { type CountedSimulator, serveCounted } from './counted-simulator.ts'
import { type FleetRun, findLeftOvers, MOST_PER_ACCOUNT, startRun } from './fleet-run.ts'
import { FAULTS, type FleetWorld } from './fleet-world.ts'

export interface RunOptions extends Pick<SimulatorOptions, 'latencyMs' | 'seed'> {
  readonly world: FleetWorld
  /** What the warehouse is to hold in the end. */
  readonly expected: Contents
  /** Where the simulator listens, when not only this machine is to reach it. */
  readonly hostname?: string
  /** After which the run counts as stuck. */
  readonly patienceMs: number
  /** Adds workers, and does to them what is to be done until the signal says that the run is closed. */
  during(run: FleetRun, simulator: CountedSimulator, signal: AbortSignal): Promise<void>
}

export interface TriedRun {
  readonly wallMs: number
  /** Without those of its planning. */
  readonly calls: number
  readonly counts: CallCounts
  /** Calls that something has befallen. */
  readonly befallen: number
  /** What is not as it must be; none when it is as if one process had done it, undisturbed. */
  readonly problems: readonly string[]
}

/** A run of the queue from its plan to its end, beside what it must have come to. */
export async function tryRun(place: Place, options: RunOptions): Promise<TriedRun> {
  const { world, expected, latencyMs, seed, hostname, patienceMs, during } = options
  const simulator = serveCounted(
    {
      world: world.world,
      faults: FAULTS,
      ...(latencyMs !== undefined && { latencyMs }),
      ...(seed !== undefined && { seed }),
    },
    hostname,
  )
  try {
    const run = await startRun({ place, simulator, days: world.days, patienceMs })
    const planning = simulator.counts.calls
    const ended = new AbortController()
    const trouble = during(run, simulator, ended.signal)
    const status = await run.closed
    ended.abort()
    await trouble
    const calls = simulator.counts.calls - planning
    const stopped = await run.stop()
    const found = await place.look(readContents)
    const over = [...simulator.counts.mostAtOnce].filter(([, most]) => most > MOST_PER_ACCOUNT)
    return {
      wallMs: run.wallMs(),
      calls,
      counts: simulator.counts,
      befallen: [...simulator.befallen.values()].reduce((sum, each) => sum + each, 0),
      problems: [
        ...(status === 'succeeded' ? [] : [status === null ? 'it is stuck' : `it has ${status}`]),
        ...over.map(([account, most]) => `${most} calls at once of act_${account}`),
        ...stopped,
        ...(await findLeftOvers(place, run.runId)),
        ...(found === null ? ['there is no warehouse'] : differences(found, expected)),
      ],
    }
  } finally {
    simulator.close()
  }
}
