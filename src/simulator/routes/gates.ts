import type { Context, Hono } from 'hono'
import { type CallEnv, type SimulatorState, tokenStateOf } from '../context.ts'
import { checkAccess, reaches } from '../graph/access.ts'
import { type SimulatedCall, toCall } from '../graph/call.ts'
import { GraphFailure, invalidParameter, toErrorBody } from '../graph/graph-failure.ts'
import { latencyOf } from '../graph/latency.ts'
import { NAMED_ERRORS } from '../graph/named-errors.ts'
import { readParams } from '../graph/params.ts'
import { ConnectionReset } from '../graph/transport.ts'
import { usageHeaders } from '../graph/usage.ts'
import { API_VERSIONS, serveVersion } from '../graph/versions.ts'
import { hash } from '../world/random.ts'
import { useOf } from './call-use.ts'
import { accountOf } from './find-node.ts'

/** What every call passes before it reaches its route, and every answer on its way back. */
export function addGates(app: Hono<CallEnv>, state: SimulatorState): void {
  const { options } = state
  const versions = options.versions ?? API_VERSIONS

  app.use(async (context, next) => {
    const request = context.req.raw
    const batch = state.batchOf.get(request)
    const seen = { atMs: batch?.atMs ?? options.clock.now(), inBatch: batch !== undefined }
    const call = toCall(request, await readParams(request), seen)
    state.calls.add(call)
    context.set('call', call)
    context.set('chance', state.chanceOf(call))
    await next()
    addHeaders(context, call)
    if (state.broken.has(request)) return
    if (batch !== undefined) batch.items.push(call)
    else tellLimits([call, ...(context.get('items') ?? [])])
  })

  app.use(async (context, next) => {
    const call = context.get('call')
    if (options.latencyMs !== undefined && !call.inBatch) {
      const ms = latencyOf(options.latencyMs, context.get('chance'))
      await options.clock.sleep(ms, context.req.raw.signal)
    }
    state.happenings.take(call)?.act()
    await next()
  })

  app.use(async (context, next) => {
    const call = context.get('call')
    const served = serveVersion(call, versions)
    context.header('facebook-api-version', served.version)
    if (served.warning !== null) context.header('x-ad-api-version-warning', served.warning)
    checkAccess(call, tokenStateOf(state, call.accessToken), options)
    const accessToken = call.accessToken ?? ''
    context.set('accessToken', accessToken)
    const accountId = accountOf(state, call.id)
    if (accountId !== null && !reaches(accessToken, accountId, options)) throw new GraphFailure('permission')
    if (call.params.ids !== undefined) throw new GraphFailure('ids-deprecated')
    if (call.params.date_format !== undefined) {
      throw invalidParameter('The date_format query parameter is deprecated in v26.0+')
    }
    state.limits.admit(useOf(state, call), options.clock.now())
    await next()
  })

  app.notFound((context) => {
    const { message, ...rest } = NAMED_ERRORS['unknown-path']
    return sendError(
      context,
      new GraphFailure({ ...rest, message: `${message}: ${context.get('call').path}` }),
    )
  })

  app.onError((error, context) => {
    if (error instanceof GraphFailure) return sendError(context, error)
    if (error instanceof ConnectionReset) {
      state.broken.add(context.req.raw)
      return context.body(null)
    }
    throw error
  })

  function sendError(context: Context<CallEnv>, { spec }: GraphFailure): Response {
    return context.body(JSON.stringify(toErrorBody(spec, traceOf(state.calls.count))), spec.status ?? 400, {
      'content-type': 'application/json; charset=UTF-8',
    })
  }

  /** An answer is on its way: its client will know what it says of these calls' limits. */
  function tellLimits(calls: readonly SimulatedCall[]): void {
    const knownMs = options.clock.now() + (options.noticeMs ?? 0)
    for (const call of calls) state.limits.tell(useOf(state, call), knownMs)
  }

  /** On errors too, and that is when they matter. */
  function addHeaders(context: Context<CallEnv>, call: SimulatedCall): void {
    const newest = versions.usable.at(-1) ?? 'v26.0'
    const use = useOf(state, call)
    const headers: Record<string, string> = {
      'facebook-api-version': context.res.headers.get('facebook-api-version') ?? call.version ?? newest,
      'x-fb-trace-id': traceOf(state.calls.count),
      'x-fb-rev': '1029384756',
      ...(state.usage &&
        usageHeaders(call, use.accountId, state.limits.levelsOf(use, state.usage, options.clock.now()))),
    }
    for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value)
  }
}

/** A call's trace id: looks random, and is not. */
function traceOf(callNumber: number): string {
  const bytes = [1, 2, 3, 4].map((part) => hash(callNumber, part).toString(36)).join('')
  return `A${bytes.slice(0, 22)}`
}
