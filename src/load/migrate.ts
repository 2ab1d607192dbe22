import { advisoryKey, LOCK_UNTIL_END } from './advisory-lock.ts'
import { checkColumns } from './check-columns.ts'
import { DatabaseError } from './database-error.ts'
import { hasSchema } from './has-schema.ts'
import { type Migration, readMigrations } from './migrations.ts'
import { quoteIdentifier } from './quote-identifier.ts'
import type { Session, Warehouse } from './session.ts'

/** Which migrations are made known where. */
const MIGRATION_TABLE = `
  CREATE TABLE etl_migration (
    version integer NOT NULL,
    migration text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT etl_migration_pkey PRIMARY KEY (version)
  )`

/** DDL on distributed tables after DDL on the tables that they refer to; plain PostgreSQL takes it as a remark. */
export const CITUS_SEQUENTIAL = "SET LOCAL citus.multi_shard_modify_mode TO 'sequential'"

/**
 * Brings the warehouse's schema up to date, in one transaction: all of what is missing or nothing. Processes that
 * start at once wait for each other. Returns the names of what was applied and the version that is there now.
 * Throws DatabaseError `schema-newer` or `schema-changed`, having written nothing.
 */
export async function migrate(warehouse: Warehouse): Promise<{ applied: string[]; version: number }> {
  const known = await readMigrations()
  const latest = latestOf(known)
  return warehouse.use(async (session) => {
    if (refuseNewer(await readVersion(session, warehouse.schema), latest) === latest) {
      await checkColumns(session, warehouse)
      return { applied: [], version: latest }
    }
    return session.transaction(async () => {
      await session.query(CITUS_SEQUENTIAL)
      await session.query(LOCK_UNTIL_END, [advisoryKey(warehouse.schema, 'migrate')])
      const version = refuseNewer(await readVersion(session, warehouse.schema), latest)
      if (version === null) await createSchema(session, warehouse.schema)
      const missing = known.filter((migration) => migration.version > (version ?? 0))
      for (const migration of missing) await apply(session, migration)
      await checkColumns(session, warehouse)
      return { applied: missing.map((migration) => migration.name), version: latest }
    })
  })
}

/** The number of the last migration that the schema has had; null when there is no warehouse in it. */
export function schemaVersion(warehouse: Warehouse): Promise<number | null> {
  return warehouse.use((session) => readVersion(session, warehouse.schema))
}

/** Throws DatabaseError `not-migrated`, `schema-newer` or `schema-changed` unless the schema is the one that this program knows. */
export async function checkSchema(warehouse: Warehouse): Promise<void> {
  const latest = latestOf(await readMigrations())
  const version = refuseNewer(await schemaVersion(warehouse), latest)
  if (version === latest) return warehouse.use((session) => checkColumns(session, warehouse))
  const found = version === null ? 'holds no warehouse yet' : `is at version ${version} of ${latest}`
  throw new DatabaseError(
    'not-migrated',
    `Schema "${warehouse.schema}" in ${warehouse.location} ${found}. Run fbads sync, or fbads migrate.`,
  )
}

function latestOf(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.version ?? 0
}

function refuseNewer(version: number | null, latest: number): number | null {
  if (version === null || version <= latest) return version
  throw new DatabaseError(
    'schema-newer',
    `The warehouse's schema is version ${version}, and this fbads knows versions up to ${latest}: ` +
      'a newer fbads has been here. Upgrade fbads (npm install fbads@latest); nothing was changed.',
  )
}

async function readVersion(session: Session, schema: string): Promise<number | null> {
  const [there] = await session.query(
    `SELECT 1 FROM pg_class WHERE relname = 'etl_migration'
      AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)`,
    [schema],
  )
  if (there === undefined) return null
  const [row] = await session.query('SELECT max(version) AS version FROM etl_migration')
  return Number(row?.version ?? 0)
}

async function createSchema(session: Session, schema: string): Promise<void> {
  if (!(await hasSchema(session, schema))) await session.query(`CREATE SCHEMA ${quoteIdentifier(schema)}`)
  await session.query(MIGRATION_TABLE)
}

async function apply(session: Session, migration: Migration): Promise<void> {
  for (const statement of migration.statements) await session.query(statement)
  await session.query('INSERT INTO etl_migration (version, migration) VALUES ($1, $2)', [
    migration.version,
    migration.name,
  ])
}
