import type { FactTableName } from '../model/fact.ts'
import { advisoryKey, LOCK_UNTIL_END } from './advisory-lock.ts'
import { boundsOf, dateCheckOf, type FactMonth, partitionName } from './fact-months.ts'
import { CITUS_SEQUENTIAL } from './migrate.ts'
import { quoteIdentifier } from './quote-identifier.ts'
import { retryTransaction } from './retry-transaction.ts'
import type { Session, Warehouse } from './session.ts'

/** Makes the partitions of these months where they are missing. */
export async function ensureMonths(
  warehouse: Warehouse,
  wanted: readonly { readonly table: FactTableName; readonly month: FactMonth }[],
): Promise<void> {
  if (wanted.length === 0) return
  const partitions = wanted.map(({ table, month }) => ({
    name: partitionName(table, month.number),
    table,
    check: dateCheckOf(table, month),
    bounds: boundsOf(month),
  }))
  await warehouse.use(async (session) => {
    if ((await missing(session, partitions)).length === 0) return
    await retryTransaction(session, async () => {
      await session.query(CITUS_SEQUENTIAL)
      await session.query(LOCK_UNTIL_END, [advisoryKey(warehouse.schema, 'partitions')])
      // A new partition locks the dimensions that its foreign keys name. Taken first, in the order in which loads
      // write dimensions and then facts, the locks cannot cross those of a load.
      await session.query(
        'LOCK TABLE dim_account, dim_campaign, dim_adset, dim_ad IN SHARE ROW EXCLUSIVE MODE',
      )
      for (const { name, table, check, bounds } of await missing(session, partitions))
        await session.query(
          `CREATE TABLE ${quoteIdentifier(name)} PARTITION OF ${table} (${check}) ${bounds}`,
        )
    })
  })
}

/** Those of the tables that are no partition of the warehouse. */
async function missing<T extends { readonly name: string }>(
  session: Session,
  tables: readonly T[],
): Promise<T[]> {
  const rows = await session.query(
    `SELECT relname FROM pg_class
      WHERE relispartition AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())`,
  )
  const there = new Set(rows.map((row) => row.relname))
  return tables.filter(({ name }) => !there.has(name))
}
