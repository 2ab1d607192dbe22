import type { Hono } from 'hono'
import {
  addressOf,
  type CallContext,
  type CallEnv,
  type SimulatorState,
  sendJson,
  shortenPage,
} from '../context.ts'
import { GraphFailure } from '../graph/graph-failure.ts'
import { NAMED_ERRORS } from '../graph/named-errors.ts'
import { answerEdge } from '../objects/answer-edge.ts'
import { parseFieldSelection } from '../objects/field-selection.ts'
import { parseObjectTest } from '../objects/object-filters.ts'
import { type GraphNode, type Moment, renderObject } from '../objects/render-object.ts'
import type { WorldCreative, WorldObject } from '../world/world-objects.ts'
import { findNode } from './find-node.ts'

const EDGES = { campaigns: 'campaign', adsets: 'adset', ads: 'ad' } as const

/** Nodes by their id, and the edges that list campaigns, ad sets, ads and creatives. */
export function addObjectRoutes(app: Hono<CallEnv>, state: SimulatorState): void {
  for (const [edge, kind] of Object.entries(EDGES)) {
    app.get(`/:version/:id/${edge}`, (context) => {
      const node = findNode(state, context.req.param('id'))
      const test = parseObjectTest(context.get('call').params, kind)
      return sendEdge(context, state, below(node, kind, edge).filter(test).filter(isThere))
    })
  }
  app.get('/:version/:id/adcreatives', (context) => {
    const node = findNode(state, context.req.param('id'))
    return sendEdge(context, state, creativesOf(below(node, 'ad', 'adcreatives')))
  })
  app.get('/:version/:id', (context) => {
    const id = context.req.param('id')
    if (state.runs.isRun(id))
      return sendJson(context, state, state.runs.describe(id, state.options.clock.now()))
    const fields = parseFieldSelection(context.get('call').params.fields ?? '')
    return sendJson(context, state, renderObject(findNode(state, id), fields, momentOf(state)))
  })

  function isThere(object: WorldObject): boolean {
    return state.options.world.object(object.id) !== undefined
  }
}

export function sendEdge(context: CallContext, state: SimulatorState, nodes: readonly GraphNode[]): Response {
  const page = answerEdge(nodes, addressOf(context), momentOf(state), shortenPage(context, state))
  return sendJson(context, state, page)
}

function momentOf({ options: { clock, world } }: SimulatorState): Moment {
  return { nowMs: clock.now(), world }
}

/** The objects of the kind below the node. Throws a #2500 when it has no such edge. */
function below(node: GraphNode, kind: WorldObject['kind'], edge: string): readonly WorldObject[] {
  if (node.kind === 'account') return { campaign: node.campaigns, adset: node.adsets, ad: node.ads }[kind]
  if (node.kind === 'campaign' && kind === 'adset') return node.adsets
  if (node.kind === 'campaign' && kind === 'ad') return node.adsets.flatMap(({ ads }) => ads)
  if (node.kind === 'adset' && kind === 'ad') return node.ads
  const { message, ...rest } = NAMED_ERRORS['unknown-path']
  throw new GraphFailure({ ...rest, message: `${message}: /${edge}` })
}

function creativesOf(objects: readonly WorldObject[]): WorldCreative[] {
  return objects.flatMap((object) => (object.kind === 'ad' ? [object.creative] : []))
}
