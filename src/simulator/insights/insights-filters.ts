import { type Filter, matchesFilter } from '../graph/filtering.ts'
import { invalidParameter } from '../graph/graph-failure.ts'
import { effectiveStatus } from '../world/effective-status.ts'
import type { WorldAccount, WorldAd, WorldObject } from '../world/world-objects.ts'
import { toMajorUnits } from './amount.ts'
import type { InsightsQuery } from './insights-query.ts'
import type { InsightsRow } from './insights-row.ts'

export interface InsightsTests {
  ad(ad: WorldAd): boolean
  entity(entity: WorldAccount | WorldObject): boolean
  /** Null when no filter looks at figures. */
  readonly row: ((row: InsightsRow) => boolean) | null
}

const OBJECT_FIELD =
  /^(ad|adset|campaign)\.(id|name|effective_status|delivery_info|updated_time|created_time)$/
const ROW_FIELDS = ['impressions', 'spend', 'clicks', 'reach']

/**
 * What the filters let through. A listing below its node leaves out what is archived or deleted unless a
 * filter asks for that level's status; totals of a node never do. Throws a #100 on a field that cannot be
 * filtered by.
 */
export function toInsightsTests(query: InsightsQuery): InsightsTests {
  for (const { field } of query.filters) {
    if (!OBJECT_FIELD.test(field) && !ROW_FIELDS.includes(field)) {
      throw invalidParameter(`Filtering field '${field}' is invalid`)
    }
  }
  const rowFilters = query.filters.filter(({ field }) => ROW_FIELDS.includes(field))
  const adFilters = query.filters.filter(({ field }) => OBJECT_FIELD.test(field))
  const isListing = query.level !== query.node.kind
  const asksForStatus = adFilters.some(({ field }) =>
    [`${query.level}.effective_status`, `${query.level}.delivery_info`].includes(field),
  )
  return {
    ad: (ad) => adFilters.every((filter) => matchesFilter(filter, objectValue(ad, filter))),
    entity: (entity) =>
      !isListing ||
      asksForStatus ||
      entity.kind === 'account' ||
      !['ARCHIVED', 'DELETED'].includes(effectiveStatus(entity)),
    row:
      rowFilters.length === 0
        ? null
        : (row) => rowFilters.every((filter) => matchesFilter(filter, rowValue(row, filter.field))),
  }
}

function objectValue(ad: WorldAd, { field }: Filter): string | number {
  const [kind = '', name = ''] = field.split('.')
  const object = kind === 'campaign' ? ad.adset.campaign : kind === 'adset' ? ad.adset : ad
  switch (name) {
    case 'id':
      return object.id
    case 'name':
      return object.name
    case 'updated_time':
      return Math.floor(object.updatedMs / 1000)
    case 'created_time':
      return Math.floor(object.createdMs / 1000)
    case 'delivery_info':
      return effectiveStatus(object) === 'PAUSED' ? 'inactive' : effectiveStatus(object).toLowerCase()
    default:
      return effectiveStatus(object)
  }
}

function rowValue({ metrics, entity }: InsightsRow, field: string): string | number {
  const { offset } = entity.kind === 'account' ? entity : entity.account
  switch (field) {
    case 'spend':
      return toMajorUnits(metrics.spendMinor, offset)
    case 'clicks':
      return metrics.clicks
    case 'reach':
      return metrics.reach
    default:
      return metrics.impressions
  }
}
