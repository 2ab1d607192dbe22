import { invalidParameter } from '../graph/graph-failure.ts'
import type { WorldAccount, WorldCreative, WorldObject } from '../world/world-objects.ts'
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

/** A node with the fields that were asked for, its id always. Throws a #100 that names an unknown field. */
export function renderObject(
  node: GraphNode,
  fields: readonly FieldSelection[],
  nowMs: number,
): Record<string, unknown> {
  const answer: Record<string, unknown> = {}
  for (const field of fields) {
    if (!OBJECT_FIELDS[node.kind].includes(field.name)) {
      throw invalidParameter(
        `Tried accessing nonexisting field (${field.name}) on node type (${NODE_TYPES[node.kind]})`,
      )
    }
    const value = fieldOf(node, field.name, nowMs)
    if (value !== undefined)
      answer[field.name] = isNode(value) ? renderObject(value, field.fields, nowMs) : value
  }
  return { ...answer, id: fieldOf(node, 'id', nowMs) }
}

function fieldOf(node: GraphNode, field: string, nowMs: number): unknown {
  switch (node.kind) {
    case 'account':
      return accountValues(nowMs)[field]?.(node)
    case 'campaign':
      return CAMPAIGN_VALUES[field]?.(node)
    case 'adset':
      return ADSET_VALUES[field]?.(node)
    case 'ad':
      return AD_VALUES[field]?.(node)
    case 'creative':
      return creativeValues(nowMs)[field]?.(node)
    default:
      return node satisfies never
  }
}

function isNode(value: unknown): value is GraphNode {
  return typeof value === 'object' && value !== null && 'kind' in value
}
