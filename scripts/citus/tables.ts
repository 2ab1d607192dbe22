import { AD_OBJECT_KINDS } from '../../src/model/ad-object.ts'
import { DIMENSIONS } from '../../src/model/dimension.ts'
import { FACT_TABLE_NAMES } from '../../src/model/fact.ts'

/** Where a relation's rows are: on the node of their account, on every node, or on the coordinator alone. */
export type Place = 'distributed' | 'reference' | 'local'

const WITH_ACCOUNT = [
  ...FACT_TABLE_NAMES,
  'etl_slice',
  'etl_built_slice',
  'etl_account_total',
  ...AD_OBJECT_KINDS.map((kind) => `${DIMENSIONS[kind].table}_history`),
]

/** Partitions and builds are where their fact is; temporary tables, and those of PostgreSQL itself, are local. */
export function placeOf(relation: string): Place {
  if (WITH_ACCOUNT.some((table) => relation === table || relation.startsWith(`${table}_2`)))
    return 'distributed'
  return relation.startsWith('dim_') ? 'reference' : 'local'
}

/** In the order in which dimensions are written; those that no other refers to come in any. */
export const DIMENSION_ORDER = ['dim_account', 'dim_campaign', 'dim_adset', 'dim_ad']

export function isFact(relation: string): boolean {
  return relation.startsWith('fact_')
}

export function isLedger(relation: string): boolean {
  return relation === 'etl_slice' || relation === 'etl_built_slice'
}
