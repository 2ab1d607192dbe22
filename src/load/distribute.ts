import { type Distribution, hasCitus, isSpread } from './citus-catalog.ts'
import { DISTRIBUTED_TABLES, REFERENCE_TABLES } from './citus-tables.ts'
import { DatabaseError } from './database-error.ts'
import { distributeBeside } from './distribute-build.ts'
import { finishBuilds } from './finish-builds.ts'
import { CITUS_SEQUENTIAL } from './migrate.ts'
import { quoteIdentifier } from './quote-identifier.ts'
import type { Session, Warehouse } from './session.ts'

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
  const each = async (table: string, as: Distribution, body: (session: Session) => Promise<unknown>) => {
    const isNew = await warehouse.use((session) =>
      session.transaction(async () => {
        await session.query(CITUS_SEQUENTIAL)
        if (await isSpread(session, table, as)) return false
        await body(session)
        return true
      }),
    )
    if (isNew) spread.push(table)
  }
  for (const table of REFERENCE_TABLES)
    await each(table, 'everywhere', (session) =>
      session.query('SELECT create_reference_table($1::regclass)', [table]),
    )
  const [first, ...others] = DISTRIBUTED_TABLES
  await each(first, 'by account', (session) =>
    session.query("SELECT create_distributed_table($1::regclass, 'account_id')", [first]),
  )
  for (const table of others) await each(table, 'by account', (session) => distributeBeside(session, table))
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
          'database as a superuser, and try again.',
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
        AND a.attidentity <> '' AND NOT a.attisdropped AND c.relname = ANY($1::text[])
      ORDER BY c.relname`,
    [REFERENCE_TABLES],
  )
  for (const { table, column } of identities) {
    const [name, key] = [quoteIdentifier(String(table)), quoteIdentifier(String(column))]
    const [found] = await session.query('SELECT pg_get_serial_sequence($1, $2) AS sequence', [name, column])
    const sequence = String(found?.sequence)
    // Not below what it was: numbers of rows that are gone are known elsewhere.
    await session.query(
      `SELECT setval('${sequence}', greatest(last_value, (SELECT max(${key}) FROM ${name}))) FROM ${sequence}`,
    )
  }
}
