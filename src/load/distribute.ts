import { AD_OBJECT_KINDS } from '../model/ad-object.ts'
import { DIMENSIONS } from '../model/dimension.ts'
import { FACT_TABLE_NAMES } from '../model/fact.ts'
import { DatabaseError } from './database-error.ts'
import { DISTRIBUTE_BESIDE, type Distribution, GROUP, hasCitus, isSpread } from './distribute-build.ts'
import { finishBuilds } from './finish-builds.ts'
import { CITUS_SEQUENTIAL } from './migrate.ts'
import { quoteIdentifier } from './quote-identifier.ts'
import type { Session, Warehouse } from './session.ts'

/** On every node; in the order of their foreign keys. */
const REFERENCE_TABLES = [
  'dim_account',
  ...AD_OBJECT_KINDS.map((kind) => DIMENSIONS[kind].table),
  'dim_date',
  'dim_age_group',
  'dim_gender',
  'dim_country',
  'dim_action_type',
]

/** By account, the rows of one on one node; the first names the group of the others. */
const DISTRIBUTED_TABLES = [
  ...FACT_TABLE_NAMES,
  'etl_slice',
  'etl_built_slice',
  'etl_account_total',
  ...AD_OBJECT_KINDS.map((kind) => `${DIMENSIONS[kind].table}_history`),
]

/**
 * Spreads a migrated warehouse over the nodes of Citus: facts, ledger and history by account, dimensions everywhere;
 * what tells of runs stays on the coordinator. A table at a time, so that a run that was cut off goes on where it was;
 * returns those that this one has spread. Throws DatabaseError when the database has no Citus or no node for it.
 */
export async function distribute(warehouse: Warehouse): Promise<string[]> {
  await checkNodes(warehouse)
  // What is being built would stay on the coordinator, and no partition could be made of it.
  await finishBuilds(warehouse)
  const spread: string[] = []
  const each = async (table: string, as: Distribution, sql: string, params: readonly string[]) => {
    const isNew = await warehouse.use((session) =>
      session.transaction(async () => {
        await session.query(CITUS_SEQUENTIAL)
        if (await isSpread(session, table, as)) return false
        await session.query(sql, params)
        return true
      }),
    )
    if (isNew) spread.push(table)
  }
  for (const table of REFERENCE_TABLES)
    await each(table, 'everywhere', 'SELECT create_reference_table($1::regclass)', [table])
  for (const table of DISTRIBUTED_TABLES)
    await (table === GROUP
      ? each(table, 'by account', "SELECT create_distributed_table($1::regclass, 'account_id')", [table])
      : each(table, 'by account', DISTRIBUTE_BESIDE, [table, GROUP]))
  await warehouse.use(repairIdentities)
  return spread
}

async function checkNodes(warehouse: Warehouse): Promise<void> {
  const refuse = (text: string) => {
    throw new DatabaseError('refused', `${warehouse.location} ${text}`)
  }
  await warehouse.use(async (session) => {
    if (!(await hasCitus(session)))
      refuse(
        "has no Citus. Set shared_preload_libraries = 'citus' on every node, run CREATE EXTENSION citus in the " +
          'database as a superuser, and try again. An embedded warehouse cannot be distributed.',
      )
    const [found] = await session.query(
      "SELECT count(*) AS nodes FROM pg_dist_node WHERE isactive AND shouldhaveshards AND noderole = 'primary'",
    )
    if (Number(found?.nodes) === 0)
      refuse(
        "has Citus, but no node that may hold shards. On the coordinator: SELECT citus_add_node('worker-1', 5432), " +
          'for each worker.',
      )
  })
}

/** Citus may begin the numbers of a table anew when it converts it. */
async function repairIdentities(session: Session): Promise<void> {
  const identities = await session.query(
    `SELECT c.relname AS table, a.attname AS column
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
        AND a.attidentity <> '' AND NOT a.attisdropped
      ORDER BY c.relname`,
  )
  for (const { table, column } of identities) {
    const [name, key] = [quoteIdentifier(String(table)), quoteIdentifier(String(column))]
    const [highest] = await session.query(`SELECT max(${key}) AS id FROM ${name}`)
    if (highest?.id == null) continue
    await session.query('SELECT setval(pg_get_serial_sequence($1, $2), $3::bigint)', [
      name,
      column,
      highest.id,
    ])
  }
}
