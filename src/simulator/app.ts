import { Hono } from 'hono'
import type { CallEnv, SimulatorState } from './context.ts'
import type { TokenState } from './graph/access.ts'
import type { SimulatedCall } from './graph/call.ts'
import { createCallChances } from './graph/call-chance.ts'
import { createCallLog } from './graph/call-log.ts'
import { createFaultMix } from './graph/fault-mix.ts'
import { createCallScript, type Fault, type Happening } from './graph/faults.ts'
import { createRateGate } from './graph/rate-gate.ts'
import { RATE_LIMITS } from './graph/rate-limits.ts'
import { QUIET_USAGE, type UsageLevels } from './graph/usage.ts'
import type { SimulatorOptions } from './options.ts'
import { createReportRuns } from './reports/report-runs.ts'
import type { RunFate } from './reports/run-fate.ts'
import { addBatchRoute } from './routes/batch-route.ts'
import { addFaultGate } from './routes/fault-gate.ts'
import { addGates } from './routes/gates.ts'
import { addInsightsRoutes } from './routes/insights-routes.ts'
import { addObjectRoutes } from './routes/object-routes.ts'
import { addUserRoutes } from './routes/user-routes.ts'
import { effectiveStatus } from './world/effective-status.ts'
import type { World } from './world.ts'

/** The Marketing API over a world, and what a test can do to it. */
export interface Simulator {
  /**
   * The network of a test; a server hands over its Request and what it knows of the connection. Rejects
   * with TypeError when a fault breaks the connection, with the signal's reason when it is aborted.
   */
  fetch(input: string | URL | Request, init?: RequestInit | ServerBindings): Promise<Response>
  /** The calls so far, as many as `keepLast` lets be kept; those of a batch stand singly, after the batch itself. */
  readonly calls: readonly SimulatedCall[]
  /** How many calls chance has befallen, by kind of fault, or by the name of a single error. */
  readonly befallen: ReadonlyMap<string, number>
  /**
   * Calls that a client should not have made: they began after a block had been told and before its end. By ad
   * account, without `act_`; `app` when it was the app's.
   */
  readonly callsDuringBlocks: ReadonlyMap<string, number>
  /** Scripts something that goes wrong. */
  fail(fault: Fault): void
  /** Scripts something that happens to the world while it is being read. */
  before(happening: Happening): void
  /** The next report run to start has this fate; called again, the one after it. */
  scriptRun(fate: RunFate): void
  /** What was scripted and has not happened. */
  unusedFaults(): (Fault | Happening | RunFate)[]
  /** What has become of the token, or without one of all tokens. */
  setToken(state: TokenState, accessToken?: string): void
  /** What the usage headers say from now on; null sends none of them. */
  setUsage(levels: Partial<UsageLevels> | null): void
}

/** What @hono/node-server tells of a connection: enough to break it. */
interface ServerBindings {
  readonly outgoing: { destroy(): void }
}

const RUN_TIMES = { notStartedMs: 1_000, startedMs: 1_000, runningMs: 3_000 }

export function createSimulator(options: SimulatorOptions): Simulator {
  const creatives = options.world.accounts.flatMap(({ ads }) => ads.map(({ creative }) => creative))
  const { keepLast = Number.POSITIVE_INFINITY, rateLimits = RATE_LIMITS.none, seed = 0 } = options
  const quiet = { ...QUIET_USAGE, tier: rateLimits.tier, ...options.usage }
  const state: SimulatorState = {
    options,
    calls: createCallLog(keepLast),
    runs: createReportRuns(options.runTimes ?? RUN_TIMES, keepLast),
    faults: createCallScript(),
    happenings: createCallScript(),
    chanceOf: createCallChances(seed),
    mix: createFaultMix(options.faults ?? []),
    limits: createRateGate(rateLimits, (accountId) => activeAds(options.world, accountId)),
    creatives: new Map(creatives.map((creative) => [creative.id, creative])),
    batchOf: new WeakMap(),
    broken: new WeakSet(),
    tokenStates: new Map(),
    token: 'valid',
    usage: quiet,
  }
  const app = new Hono<CallEnv>({ strict: false })
  addGates(app, state)
  addFaultGate(app, state)
  addUserRoutes(app, state)
  addInsightsRoutes(app, state)
  addObjectRoutes(app, state)
  addBatchRoute(app, state)

  return {
    fetch: async (input, init = {}) => {
      const server = 'outgoing' in init ? init : null
      const request = 'outgoing' in init ? new Request(input) : new Request(input, init)
      request.signal.throwIfAborted()
      const response = await app.fetch(request)
      request.signal.throwIfAborted()
      if (!state.broken.has(request)) return response
      server?.outgoing.destroy()
      throw new TypeError('fetch failed', { cause: new Error('read ECONNRESET') })
    },
    calls: state.calls.kept,
    befallen: state.mix.befallen,
    callsDuringBlocks: state.limits.callsDuringBlocks,
    fail: state.faults.add,
    before: state.happenings.add,
    scriptRun: state.runs.script,
    unusedFaults: () => [...state.faults.unused(), ...state.happenings.unused(), ...state.runs.unused()],
    setToken: (token, accessToken) => {
      if (accessToken !== undefined) state.tokenStates.set(accessToken, token)
      else state.token = token
    },
    setUsage: (levels) => {
      state.usage = levels === null ? null : { ...quiet, ...levels }
    },
  }
}

function activeAds(world: World, accountId: string): number {
  const ads = world.account(accountId)?.ads ?? []
  return ads.filter((ad) => effectiveStatus(ad) === 'ACTIVE').length
}
