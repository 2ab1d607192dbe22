import type { Fetch } from '../../../src/extract/fetch.ts'
import { GraphError } from '../../../src/extract/graph-error.ts'
import { createMarketingApi, type MarketingApi } from '../../../src/extract/marketing-api.ts'
import type { Clock } from '../../../src/model/clock.ts'
import { createSimulator } from '../../../src/simulator/app.ts'
import { createRandom } from '../../../src/simulator/world/random.ts'
import { createWorld } from '../../../src/simulator/world.ts'
import type { Answer } from './answer.ts'
import { createReadings } from './create-readings.ts'
import { createMutatedFetch, GRAPH_URL, TOKEN } from './mutated-fetch.ts'
import { planChange } from './plan-change.ts'
import type { Judgement, Reading, Usual } from './readings.ts'
import type { Wire } from './wire.ts'

/** What came of a reading of which one answer was changed. */
export interface Trial {
  readonly seed: number
  readonly reading: string
  readonly mutation: string
  /** Null when the reading failed. */
  readonly judgement: Judgement | null
  /** The error by which it failed. */
  readonly failure: Error | null
  /** True when the program asked for more than it would have. */
  readonly askedAgain: boolean
  /** What must not be. */
  readonly problems: readonly string[]
}

export interface Trials {
  /** The same seed gives the same trial. */
  run(seed: number): Promise<Trial>
  readonly accountId: string
}

const NOW_MS = Date.parse('2026-11-05T20:00:00Z')
/** Of computing, not of waiting: other programs may keep the machine busy. */
const SLOW_MS = 10_000
/** Nobody reads more of an error. */
const LONGEST_MESSAGE = 5_000

/** Readings from one simulated world, each alone: whatever came before, a seed gives the same. */
export async function createTrials(wire: Wire): Promise<Trials> {
  const clock = createRewoundClock()
  const world = createWorld({ seed: 11, nowMs: NOW_MS, accounts: 2, ads: 5, campaigns: 3, days: 10 })
  const simulator = createSimulator({ world, clock, keepLast: 100, pages: 'full' })
  const [account] = world.accounts
  if (account === undefined) throw new RangeError('a world without accounts')
  const readings = createReadings(account, account.time.dayOf(NOW_MS))
  const usuals = new Map<
    Reading,
    { readonly usual: Usual; readonly calls: number; readonly targets: number }
  >()
  const others: Answer[] = []

  for (const reading of readings) {
    const targets = new Set<string>()
    const network = createMutatedFetch(simulator.fetch, async (call, answer) => {
      if (reading.isTarget(call)) targets.add(call.key)
      others.push(answer)
      return answer
    })
    clock.rewind()
    const judge = await reading.read(createApi(network.fetch, clock), new AbortController().signal)
    const { outcomes, problems, rejected } = judge(network.served, new Map())
    if (problems.length + rejected.length > 0)
      throw new Error(`${reading.name}: ${[...problems, ...rejected].join('; ')}`)
    usuals.set(reading, { usual: outcomes, calls: network.served.length, targets: targets.size })
  }

  return {
    accountId: account.id,
    async run(seed) {
      const random = createRandom(seed)
      const reading = random.pick(readings)
      const known = usuals.get(reading)
      if (known === undefined) throw new RangeError(`${reading.name} was never read`)
      const plan = planChange(random, known.targets, others, wire)
      const network = createMutatedFetch(simulator.fetch, (call, answer, init) =>
        reading.isTarget(call) ? plan.change(call, answer, init) : Promise.resolve(answer),
      )
      clock.rewind()
      const before = process.cpuUsage()
      let judgement: Judgement | null = null
      let failure: Error | null = null
      try {
        const judge = await reading.read(createApi(network.fetch, clock), new AbortController().signal)
        judgement = judge(network.served, known.usual)
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error))
      }
      const { user, system } = process.cpuUsage(before)
      const tookMs = (user + system) / 1000
      return {
        seed,
        reading: reading.name,
        mutation: plan.name,
        judgement,
        failure,
        askedAgain: network.served.length > known.calls,
        problems: [
          ...network.problems,
          ...(judgement?.problems ?? []),
          ...(failure === null ? [] : unclear(failure)),
          ...(tookMs > SLOW_MS ? [`took ${tookMs.toFixed(0)} ms`] : []),
        ],
      }
    },
  }
}

function createApi(fetch: Fetch, clock: Clock): MarketingApi {
  return createMarketingApi({
    fetch,
    clock,
    graphUrl: GRAPH_URL,
    apiVersion: 'v26.0',
    accessToken: TOKEN,
    maxConcurrent: 4,
    onEvent: () => undefined,
  })
}

/** A failure is clear when it is the API's, in few words that name the call. */
function unclear(failure: Error): string[] {
  if (!(failure instanceof GraphError))
    return [`crashed: ${(failure.stack ?? failure.message).slice(0, 500)}`]
  const problems =
    failure.message.length > LONGEST_MESSAGE ? [`an error of ${failure.message.length} characters`] : []
  if (failure.message.includes(TOKEN)) problems.push('an error that shows the token')
  if (!failure.message.includes(failure.what)) problems.push('an error that does not name its call')
  return problems
}

/** Sleeping takes no time but moves it on, until it is put back. */
function createRewoundClock(): Clock & { rewind(): void } {
  let nowMs = NOW_MS
  return {
    now: () => nowMs,
    random: () => 0.5,
    sleep: async (ms, signal) => {
      signal.throwIfAborted()
      nowMs += ms
    },
    rewind: () => {
      nowMs = NOW_MS
    },
  }
}
