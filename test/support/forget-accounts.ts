import type { Warehouse } from '../../src/load/session.ts'
import { AD_OBJECT_KINDS } from '../../src/model/ad-object.ts'
import { DIMENSIONS } from '../../src/model/dimension.ts'
import { FACT_TABLE_NAMES } from '../../src/model/fact.ts'

/** Empties a warehouse of everything but its lookups: cheaper than a new one for each run of a property. */
export async function forgetAccounts(warehouse: Warehouse): Promise<void> {
  const dimensions = AD_OBJECT_KINDS.toReversed().map((kind) => DIMENSIONS[kind])
  const statements = [
    ...FACT_TABLE_NAMES.map((table) => `DELETE FROM ${table}`),
    ...dimensions.map(({ table }) => `DELETE FROM ${table}_history`),
    ...dimensions.map(({ table, key }) => `DELETE FROM ${table} WHERE ${key} <> 0`),
    ...['etl_slice', 'etl_account_total', 'etl_request_size', 'etl_report_run', 'etl_run'].map(
      (table) => `DELETE FROM ${table}`,
    ),
    'DELETE FROM dim_account WHERE account_id <> 0',
  ]
  await warehouse.use((session) =>
    session.transaction(async () => {
      for (const statement of statements) await session.query(statement)
    }),
  )
}
