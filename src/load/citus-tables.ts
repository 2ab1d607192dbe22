import { AD_OBJECT_KINDS } from '../model/ad-object.ts'
import { DIMENSIONS } from '../model/dimension.ts'
import { FACT_TABLE_NAMES } from '../model/fact.ts'

/** Of which each node has all rows; in the order of their foreign keys. */
export const REFERENCE_TABLES: readonly string[] = [
  'dim_account',
  ...AD_OBJECT_KINDS.map((kind) => DIMENSIONS[kind].table),
  'dim_date',
  'dim_age_group',
  'dim_gender',
  'dim_country',
  'dim_action_type',
]

/** By account, the rows of one on one node; the others lie beside the first. */
export const DISTRIBUTED_TABLES: readonly [string, ...string[]] = [
  'fact_core_metrics',
  ...FACT_TABLE_NAMES.filter((table) => table !== 'fact_core_metrics'),
  'etl_slice',
  'etl_built_slice',
  'etl_account_total',
  ...AD_OBJECT_KINDS.map((kind) => `${DIMENSIONS[kind].table}_history`),
]
