import type { SimulatorState } from '../context.ts'
import { notFound } from '../graph/graph-failure.ts'
import type { GraphNode } from '../objects/render-object.ts'

/** What the id names, an account's with `act_` before it. Throws a 100/33 when there is nothing. */
export function findNode(state: SimulatorState, id: string): GraphNode {
  const { world } = state.options
  const node = id.startsWith('act_')
    ? world.account(id.slice(4))
    : (world.object(id) ?? state.creatives.get(id))
  if (!node) throw notFound(id)
  return node
}

/** The ad account that the id concerns, without `act_`; null when it concerns none. */
export function accountOf(state: SimulatorState, id: string | null): string | null {
  if (id === null) return null
  if (id.startsWith('act_')) return state.options.world.account(id.slice(4))?.id ?? null
  return state.options.world.object(id)?.account.id ?? state.runs.accountOf(id)
}
