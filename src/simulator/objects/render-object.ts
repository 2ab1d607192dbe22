import { invalidParameter } from '../graph/graph-failure.ts'
import type { WorldAccount, WorldCreative, WorldObject } from '../world/world-objects.ts'
import type { World } from '../world.ts'
import type { FieldSelection } from './field-selection.ts'
import { OBJECT_FIELDS } from './object-fields.ts'
import { AD_VALUES, ADSET_VALUES, accountValues, CAMPAIGN_VALUES, creativeValues } from './object-values.ts'

export type GraphNode = WorldAccount | WorldObject | WorldCreative

/** How the API's messages call the kinds. */
const NODE_TYPES = {
  account: 'AdAccount',
  campaign: 'AdCampaignGroup',
  adset: 'AdCampaign',
  ad: 'AdGroup',
  creative: 'AdCreative',
} as const satisfies Record<GraphNode['kind'], string>

/** What some fields say depends on. */
export interface Moment {
  readonly nowMs: number
  readonly world: Pick<World, 'insights'>
}

/** A node with the fields that were asked for, its id always. Throws a #100 that names an unknown field. */
export function renderObject(
  node: GraphNode,
  fields: readonly FieldSelection[],
  moment: Moment,
): Record<string, unknown> {
  const answer: Record<string, unknown> = {}
  for (const field of fields) {
    if (!OBJECT_FIELDS[node.kind].includes(field.name)) {
      throw invalidParameter(
        `Tried accessing nonexisting field (${field.name}) on node type (${NODE_TYPES[node.kind]})`,
      )
    }
    const value = fieldOf(node, field.name, moment)
    if (value !== undefined)
      answer[field.name] = isNode(value) ? renderObject(value, field.fields, moment) : value
  }
  return { ...answer, id: fieldOf(node, 'id', moment) }
}

function fieldOf(node: GraphNode, field: string, moment: Moment): unknown {
  switch (node.kind) {
    case 'account':
      return accountValues(moment)[field]?.(node)
    case 'campaign':
      return CAMPAIGN_VALUES[field]?.(node)
    case 'adset':
      return ADSET_VALUES[field]?.(node)
    case 'ad':
      return AD_VALUES[field]?.(node)
    case 'creative':
      return creativeValues(moment.nowMs)[field]?.(node)
    default:
      return node satisfies never
  }
}

function isNode(value: unknown): value is GraphNode {
  return typeof value === 'object' && value !== null && 'kind' in value
}
