import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { openPglite } from '../../../src/load/pglite.ts'
import { hash } from '../../../src/simulator/world/random.ts'
import { createSurvivorLoader } from './load-survivors.ts'
import { createTrials, type Trial } from './trial.ts'
import { openWire } from './wire.ts'

/** What a thread is told: from which number on, up to which. */
export interface TrialRange {
  readonly seed: number
  readonly from: number
  readonly until: number
}

/** What it says: each trial before it begins, and what became of some together. */
export type TrialReport =
  | { readonly type: 'begins'; readonly index: number }
  | { readonly type: 'loads' }
  | {
      readonly type: 'done'
      readonly trials: readonly TrialSummary[]
      readonly refused: readonly string[]
      readonly rows: number
    }

/** A trial without what it would write. */
export type TrialSummary = Pick<Trial, 'seed' | 'reading' | 'mutation' | 'askedAgain' | 'problems'> & {
  readonly failure: string | null
  readonly records: {
    readonly same: number
    readonly loaded: number
    readonly rejected: readonly string[]
  } | null
}

/** So many are loaded together, unless what they hold is large. */
const LOADED_TOGETHER = 500

/** The first trial has the seed itself, so that it can be run alone. */
export function seedOf(seed: number, index: number): number {
  return index === 0 ? seed : hash(seed, index)
}

if (!isMainThread) await tryAnswers(parseRange(workerData), (report) => parentPort?.postMessage(report))

async function tryAnswers(
  { seed, from, until }: TrialRange,
  tell: (report: TrialReport) => void,
): Promise<void> {
  const wire = await openWire()
  const warehouse = await openPglite({ folder: null, schema: 'facebook_ads' })
  try {
    const trials = await createTrials(wire)
    const loader = await createSurvivorLoader(warehouse, trials.accountId)
    for (let start = from; start < until; start += LOADED_TOGETHER) {
      const tried: Trial[] = []
      for (let index = start; index < Math.min(until, start + LOADED_TOGETHER); index += 1) {
        tell({ type: 'begins', index })
        tried.push(await trials.run(seedOf(seed, index)))
      }
      tell({ type: 'loads' })
      const before = loader.rows
      const refused = await loader.load(tried)
      tell({ type: 'done', trials: tried.map(toSummary), refused, rows: loader.rows - before })
    }
  } finally {
    await warehouse.close()
    wire.close()
  }
}

function toSummary({ judgement, failure, ...trial }: Trial): TrialSummary {
  const { seed, reading, mutation, askedAgain, problems } = trial
  const records = judgement && {
    same: judgement.same,
    loaded: judgement.loaded,
    rejected: judgement.rejected.map((reason) => reason.slice(0, 300)),
  }
  return {
    seed,
    reading,
    mutation,
    askedAgain,
    problems,
    failure: failure?.message.slice(0, 300) ?? null,
    records,
  }
}

function parseRange(data: unknown): TrialRange {
  return data as TrialRange
}
