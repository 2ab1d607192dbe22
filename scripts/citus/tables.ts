import { DISTRIBUTED_TABLES } from '../../src/load/citus-tables.ts'

/** Where a relation's rows are: on the node of their account, on every node, or on the coordinator alone. */
export type Place = 'distributed' | 'reference' | 'local'

/** Partitions and builds are where their fact is; temporary tables, and those of PostgreSQL itself, are local. */
export function placeOf(relation: string): Place {
  if (DISTRIBUTED_TABLES.some((table) => relation === table || relation.startsWith(`${table}_2`)))
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
