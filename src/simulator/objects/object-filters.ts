import { type Filter, matchesFilter, parseFiltering } from '../graph/filtering.ts'
import { GraphFailure, invalidParameter } from '../graph/graph-failure.ts'
import { type Params, parseListParam, requireOneOf } from '../graph/params.ts'
import { EFFECTIVE_STATUSES, effectiveStatus } from '../world/effective-status.ts'
import type { WorldAd, WorldAdset, WorldCampaign, WorldObject } from '../world/world-objects.ts'

export type ObjectTest = (object: WorldObject) => boolean

/**
 * What an edge lists: everything live, unless statuses are asked for. Throws GraphFailure on a status that
 * the kind does not have, on DELETED, and on a field that cannot be filtered by.
 */
export function parseObjectTest(params: Params, kind: WorldObject['kind']): ObjectTest {
  const filters = parseFiltering(params)
  for (const [index, filter] of filters.entries()) checkFilter(filter, index, kind)
  const statuses = parseListParam(params, 'effective_status')
  checkStatuses('effective_status', statuses ?? [], kind)
  const asksForStatus = statuses !== null || filters.some(({ field }) => isOwnStatus(field, kind))
  const updatedSince = Number(params.updated_since ?? 0)

  return (object) => {
    const status = effectiveStatus(object)
    if (status === 'DELETED') return false
    if (!asksForStatus && status === 'ARCHIVED') return false
    if (statuses !== null && !statuses.includes(status)) return false
    if (toSeconds(object.updatedMs) < updatedSince) return false
    return filters.every((filter) => matchesFilter(filter, filterValue(filter.field, object) ?? ''))
  }
}

function checkFilter(filter: Filter, index: number, kind: WorldObject['kind']): void {
  if (!FIELD.test(filter.field)) throw invalidParameter(`Filtering field '${filter.field}' is invalid`)
  if (!isOwnStatus(filter.field, kind)) return
  checkStatuses(`filtering[${index}][value]`, [filter.value].flat(), kind)
}

function checkStatuses(name: string, statuses: readonly string[], kind: WorldObject['kind']): void {
  for (const [index, status] of statuses.entries()) {
    requireOneOf(`${name}[${index}]`, status, EFFECTIVE_STATUSES[kind])
  }
  if (statuses.includes('DELETED')) throw new GraphFailure('deleted-requested')
}

const FIELD = /^(?:(?:campaign|adset|ad)\.)?(?:id|name|effective_status|updated_time|created_time)$/

function isOwnStatus(field: string, kind: WorldObject['kind']): boolean {
  return field === 'effective_status' || field === `${kind}.effective_status`
}

/** What the field says of the object or, with a prefix, of its parent; null for a parent that it has not. */
function filterValue(field: string, object: WorldObject): string | number | null {
  const [name = '', prefix] = field.split('.').reverse()
  const target = prefix === undefined ? object : parentOf(object, prefix)
  if (target === null) return null
  switch (name) {
    case 'id':
      return target.id
    case 'name':
      return target.name
    case 'effective_status':
      return effectiveStatus(target)
    case 'updated_time':
      return toSeconds(target.updatedMs)
    default:
      return toSeconds(target.createdMs)
  }
}

function parentOf(object: WorldObject, kind: string): WorldCampaign | WorldAdset | WorldAd | null {
  if (object.kind === kind) return object
  switch (object.kind) {
    case 'campaign':
      return null
    case 'adset':
      return parentOf(object.campaign, kind)
    case 'ad':
      return parentOf(object.adset, kind)
    default:
      return object satisfies never
  }
}

function toSeconds(ms: number): number {
  return Math.floor(ms / 1000)
}
