import type { Context } from 'hono'
import type { TokenState } from './graph/access.ts'
import type { SimulatedCall } from './graph/call.ts'
import type { CallChance } from './graph/call-chance.ts'
import type { CallLog } from './graph/call-log.ts'
import type { FaultMix } from './graph/fault-mix.ts'
import type { CallScript, Fault, Happening } from './graph/faults.ts'
import { toJsonText } from './graph/json-text.ts'
import type { PageAddress } from './graph/paging.ts'
import type { RateGate } from './graph/rate-gate.ts'
import type { UsageLevels } from './graph/usage.ts'
import type { SimulatorOptions } from './options.ts'
import type { ReportRuns } from './reports/report-runs.ts'
import type { RunFate } from './reports/run-fate.ts'
import type { WorldCreative } from './world/world-objects.ts'

/** What hono keeps for each call. */
export interface CallEnv {
  Variables: {
    call: SimulatedCall
    chance: CallChance
    accessToken: string
    /** What becomes of the report run that the call starts, when chance has decided it. */
    fate: RunFate | undefined
    /** Of a batch: its calls whose answers are in its answer. */
    items: SimulatedCall[] | undefined
  }
}

export type CallContext = Context<CallEnv>

/** Everything that a simulator knows between two calls. */
export interface SimulatorState {
  readonly options: SimulatorOptions
  readonly calls: CallLog
  readonly faults: CallScript<Fault>
  readonly happenings: CallScript<Happening>
  readonly runs: ReportRuns
  readonly chanceOf: (call: SimulatedCall) => CallChance
  readonly mix: FaultMix
  readonly limits: RateGate
  readonly creatives: ReadonlyMap<string, WorldCreative>
  /** Of each request that is an item of a batch: when that came, and the calls that it has answered. */
  readonly batchOf: WeakMap<Request, { readonly atMs: number; readonly items: SimulatedCall[] }>
  /** Requests whose connection breaks. */
  readonly broken: WeakSet<Request>
  /** Of the tokens for which something was said. */
  readonly tokenStates: Map<string, TokenState>
  /** Of all others. */
  token: TokenState
  usage: UsageLevels | null
}

export function tokenStateOf({ token, tokenStates }: SimulatorState, accessToken: string | null): TokenState {
  return (accessToken === null ? undefined : tokenStates.get(accessToken)) ?? token
}

/** The answer as JSON; all but the ids' form is decided by the caller. */
export function sendJson(context: CallContext, state: SimulatorState, value: unknown): Response {
  const text = toJsonText(value, state.options.bareIds ?? 'none')
  return context.body(text, 200, { 'content-type': 'application/json; charset=UTF-8' })
}

export function addressOf(context: CallContext): PageAddress {
  const url = new URL(context.req.url)
  const { params } = context.get('call')
  return { url: `${url.origin}${url.pathname}`, params, accessToken: context.get('accessToken') }
}

/** The size of a page from its limit: the limit itself, or with ragged pages less of it, and now and then nothing. */
export function shortenPage(context: CallContext, state: SimulatorState): (limit: number) => number {
  if (state.options.pages !== 'ragged') return (limit) => limit
  const turn = Math.floor(context.get('chance')('page') * 4)
  return (limit) => (turn === 1 ? Math.ceil(limit / 2) : turn === 3 ? 0 : limit)
}
