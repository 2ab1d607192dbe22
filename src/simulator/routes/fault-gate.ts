import type { Hono } from 'hono'
import type { CallContext, CallEnv, SimulatorState } from '../context.ts'
import { type Fault, isTransportFault } from '../graph/faults.ts'
import { GraphFailure } from '../graph/graph-failure.ts'
import { spoil } from '../graph/transport.ts'
import { useOf } from './call-use.ts'

const SLOW_MS = 60_000
/** By chance: less than clients wait for an answer. */
const SLOW_BY_CHANCE_MS = { least: 2_000, most: 20_000 }

/** What goes wrong with calls: first what was scripted, then what chance has in store. */
export function addFaultGate(app: Hono<CallEnv>, state: SimulatorState): void {
  const { clock } = state.options

  app.use(async (context, next) => {
    const scripted = state.faults.take(context.get('call'))
    if (scripted !== null) return answer(context, scripted.error, scripted.delayMs ?? SLOW_MS, next)
    const mishap = takeMishap(context)
    if (mishap === null) return next()
    if ('fate' in mishap) {
      context.set('fate', mishap.fate)
      return next()
    }
    if ('blocks' in mishap) {
      const { blocks, forMs, error } = mishap
      state.limits.block(blocks, useOf(state, context.get('call')), forMs, error, clock.now())
    }
    const { least, most } = SLOW_BY_CHANCE_MS
    const slowMs = Math.round(least + context.get('chance')('slow') * (most - least))
    return answer(context, mishap.error, slowMs, next)
  })

  function takeMishap(context: CallContext) {
    const call = context.get('call')
    const isOfRun = call.id !== null && state.runs.isRun(call.id)
    const concernsAccount = useOf(state, call).accountId !== null
    return state.mix.take({ ...call, isOfRun, concernsAccount }, context.get('chance'))
  }

  async function answer(
    context: CallContext,
    error: Fault['error'],
    slowMs: number,
    next: () => Promise<void>,
  ): Promise<void> {
    if (!isTransportFault(error)) throw new GraphFailure(error)
    const answered = async () => {
      await next()
      return context.res
    }
    context.res = await spoil(error, slowMs, answered, clock, context.req.raw.signal)
    // Nothing can be made of what is left of a batch.
    if (error === 'truncated-json') context.set('items', [])
  }
}
