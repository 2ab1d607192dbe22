import type { SimulatorState } from '../context.ts'
import type { SimulatedCall } from '../graph/call.ts'
import type { CallUse } from '../graph/rate-gate.ts'
import { accountOf } from './find-node.ts'

/** Whose rate limits the call uses, and how much of them. */
export function useOf(state: SimulatorState, call: SimulatedCall): CallUse {
  const isOfInsights = call.edge === 'insights' || (call.id !== null && state.runs.isRun(call.id))
  const isBatch = call.id === null
  return {
    accountId: accountOf(state, call.id),
    useCase: isOfInsights ? 'ads_insights' : 'ads_management',
    points: isBatch ? 0 : call.method === 'GET' ? 1 : 3,
    startedMs: call.atMs,
  }
}
