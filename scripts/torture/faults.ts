import { openPglite } from '../../src/load/pglite.ts'
import { openPostgres } from '../../src/load/postgres.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { FAULT_KINDS } from '../../src/simulator/graph/fault-kinds.ts'
import type { FaultShare } from '../../src/simulator/graph/fault-mix.ts'
import { hash } from '../../src/simulator/world/random.ts'
import { startPostgres } from '../../test/support/start-postgres.ts'
import { createTroubledWorld } from './faults/troubled-world.ts'
import { createWorldSyncs } from './faults/world-syncs.ts'
import { differences } from './kill/contents.ts'
import type { Torture } from './torture.ts'

const FAULTS: readonly FaultShare[] = [{ name: 'all', share: 0.3 }]
/** Of so many worlds, one is synced into a server. */
const SERVED_EVERY = 5
/** An hour apart; more, and something is wrong with how a sync goes on from the one before. */
const MAX_SYNCS = 12
/** How many differences of one world are told. */
const TOLD = 5

/** Syncs random worlds from an API that befalls three of ten calls, and undisturbed, and compares every row. */
export const faults: Torture = {
  about:
    'whatever befalls three of ten calls, the warehouse ends as if nothing had, and no block is disregarded',
  runs: { full: 100, short: 5 },
  async run({ runs, seed, tell }) {
    const served = Math.floor(runs / SERVED_EVERY)
    const seeds = Array.from({ length: runs }, (_, run) => hash(seed, run))
    const results: WorldResult[] = []
    const torture = async (worlds: readonly number[], warehouse: Warehouse) => {
      for (const world of worlds) {
        const result = await tortureWorld(world, warehouse)
        for (const problem of result.problems.slice(0, TOLD)) tell(`  world ${world}: ${problem}`)
        results.push(result)
      }
    }
    await onEmbedded((warehouse) => torture(seeds.slice(served), warehouse))
    if (served > 0) await onServer((warehouse) => torture(seeds.slice(0, served), warehouse))
    for (const line of summaryOf(results, served)) tell(line)
    return results.every(({ problems }) => problems.length === 0)
  },
}

async function onEmbedded(body: (warehouse: Warehouse) => Promise<void>): Promise<void> {
  const warehouse = await openPglite({ folder: null, schema: 'facebook_ads' })
  try {
    await body(warehouse)
  } finally {
    await warehouse.close()
  }
}

async function onServer(body: (warehouse: Warehouse) => Promise<void>): Promise<void> {
  const server = await startPostgres()
  try {
    const schema = `faults_${process.pid}`
    const options = { connectionString: server.url, schema, maxConnections: 8, applicationName: schema }
    const warehouse = await openPostgres(options)
    try {
      await body(warehouse)
    } finally {
      await empty(warehouse)
      await warehouse.close()
    }
  } finally {
    await server.stop()
  }
}

/** What became of a world. */
interface WorldResult {
  readonly seed: number
  /** Undisturbed, and with faults. */
  readonly calls: readonly [number, number]
  /** Calls that something has befallen, by kind. */
  readonly befallen: ReadonlyMap<string, number>
  /** Calls that the client should not have made, by ad account or `app`. */
  readonly callsDuringBlocks: ReadonlyMap<string, number>
  /** After how many syncs the warehouse was as an undisturbed one; null when it was not after the last. */
  readonly syncs: number | null
  readonly problems: readonly string[]
}

async function tortureWorld(seed: number, warehouse: Warehouse): Promise<WorldResult> {
  const world = createTroubledWorld(seed)
  await empty(warehouse)
  const undisturbed = createWorldSyncs(world, [], warehouse)
  const lacking = await undisturbed.run()
  const expected = await undisturbed.readContents()

  await empty(warehouse)
  const disturbed = createWorldSyncs(world, FAULTS, warehouse)
  const problems = lacking.map((text) => `undisturbed: ${text}`)
  let syncs: number | null = null
  for (let run = 1; run <= MAX_SYNCS && syncs === null; run += 1) {
    const missing = await disturbed.run()
    const found = differences(await disturbed.readContents(), expected)
    if (found.length === 0) syncs = run
    else if (missing.length === 0 || run === MAX_SYNCS)
      problems.push(...found.map((text) => `after ${run} syncs: ${text}`))
  }
  const { calls, befallen, callsDuringBlocks } = disturbed.simulator
  for (const [id, count] of callsDuringBlocks) problems.push(`${count} calls during a block of ${id}`)
  return {
    seed,
    calls: [undisturbed.simulator.calls.length, calls.length],
    befallen,
    callsDuringBlocks,
    syncs,
    problems,
  }
}

function empty(warehouse: Warehouse): Promise<unknown> {
  return warehouse.use((session) => session.query(`DROP SCHEMA IF EXISTS "${warehouse.schema}" CASCADE`))
}

function summaryOf(results: readonly WorldResult[], served: number): string[] {
  const equal = results.filter(({ syncs }) => syncs !== null).length
  const [undisturbed, disturbed] = [0, 1].map((which) => sum(results.map(({ calls }) => calls[which] ?? 0)))
  const extra = results.map(
    ({ calls: [before, after], befallen }) => (after - before) / Math.max(1, sum(befallen.values())),
  )
  const during = sum(results.flatMap(({ callsDuringBlocks }) => [...callsDuringBlocks.values()]))
  const kinds = FAULT_KINDS.map(
    (kind) => `${sum(results.map(({ befallen }) => befallen.get(kind) ?? 0))} ${kind}`,
  )
  const needed = Map.groupBy(results, ({ syncs }) => syncs ?? Number.POSITIVE_INFINITY)
  const bySyncs = [...needed].sort(([a], [b]) => a - b).map(([syncs, { length }]) => `${syncs} by ${length}`)
  return [
    `${results.length} worlds, ${served} of them on PostgreSQL: ${equal} equal to an undisturbed one, row by row`,
    `${disturbed} calls, undisturbed ${undisturbed}; befallen: ${kinds.join(', ')}`,
    `extra calls per fault: median ${quantile(extra, 0.5).toFixed(2)}, p90 ${quantile(extra, 0.9).toFixed(2)}`,
    `${during} calls during a block that had been told`,
    `syncs needed: ${bySyncs.join(', ')}`,
  ]
}

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, each) => total + each, 0)
}

function quantile(numbers: readonly number[], share: number): number {
  return numbers.toSorted((a, b) => a - b)[Math.ceil(share * numbers.length) - 1] ?? 0
}
