import { quoteIdentifier } from './quote-identifier.ts'
import type { Row, Warehouse } from './session.ts'

/** Something that a sync has to do and the role may not. */
export interface MissingRight {
  /** For people: `CREATE on schema "facebook_ads"`. */
  readonly what: string
  /** The statement by which an administrator permits it. */
  readonly fix: string
}

export interface WriteRights {
  readonly role: string
  /** The session may not write at all: a standby, or default_transaction_read_only. */
  readonly isReadOnly: boolean
  /** Without it nothing in the schema is seen; true also of one that is not there. */
  readonly mayUseSchema: boolean
  readonly missing: readonly MissingRight[]
}

const TABLE_RIGHTS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const

/**
 * Whether the role of the session may do what a sync does: make the schema or write into it, use temporary tables,
 * and make the partitions of the facts, which only their owner may. Reads catalogues only.
 */
export async function readWriteRights({ schema, use }: Warehouse): Promise<WriteRights> {
  return use(async (session) => {
    const [found] = await session.query(
      `SELECT current_user::text AS role, current_database()::text AS database, n.oid IS NOT NULL AS is_there,
              current_setting('transaction_read_only') = 'on' AS is_read_only,
              has_database_privilege(current_database(), 'CREATE') AS may_make_schema,
              has_database_privilege(current_database(), 'TEMPORARY') AS may_make_temporary,
              has_schema_privilege(n.oid, 'USAGE') AS may_use, has_schema_privilege(n.oid, 'CREATE') AS may_create
         FROM (SELECT 1) one LEFT JOIN pg_namespace n ON n.nspname = $1`,
      [schema],
    )
    const tables = await session.query(
      `SELECT c.relkind = 'p' AS is_partitioned, pg_get_userbyid(c.relowner)::text AS owner,
              pg_has_role(c.relowner, 'USAGE') AS is_own,
              ${TABLE_RIGHTS.map((right) => `has_table_privilege(c.oid, '${right}') AS may_${right.toLowerCase()}`).join(', ')}
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND c.relname ~ '^(dim|fact|etl)_'`,
      [schema],
    )
    const role = String(found?.role)
    const named = { schema, role, database: String(found?.database) }
    return {
      role,
      isReadOnly: found?.is_read_only === true,
      mayUseSchema: found?.may_use !== false,
      missing: [...missingOfSchema(found ?? {}, named), ...missingOfTables(tables, named)],
    }
  })
}

interface Names {
  readonly schema: string
  readonly role: string
  readonly database: string
}

function missingOfSchema(found: Row, { schema, role, database }: Names): MissingRight[] {
  const [inSchema, toRole] = [quoteIdentifier(schema), quoteIdentifier(role)]
  const missing: MissingRight[] = []
  if (found.is_there === false && found.may_make_schema !== true)
    missing.push({
      what: `making schema ${inSchema}`,
      fix: `CREATE SCHEMA ${inSchema} AUTHORIZATION ${toRole};`,
    })
  const rights = [
    ...(found.may_use === false ? ['USAGE'] : []),
    ...(found.may_create === false ? ['CREATE'] : []),
  ]
  if (rights.length > 0)
    missing.push({
      what: `${rights.join(', ')} on schema ${inSchema}`,
      fix: `GRANT ${rights.join(', ')} ON SCHEMA ${inSchema} TO ${toRole};`,
    })
  if (found.may_make_temporary !== true)
    missing.push({
      what: 'temporary tables',
      fix: `GRANT TEMPORARY ON DATABASE ${quoteIdentifier(database)} TO ${toRole};`,
    })
  return missing
}

function missingOfTables(tables: readonly Row[], { schema, role }: Names): MissingRight[] {
  const toRole = quoteIdentifier(role)
  const owners = new Set(
    tables
      .filter((table) => table.is_partitioned === true && table.is_own !== true)
      .map(({ owner }) => String(owner)),
  )
  // Who is made a member of the owner has the owner's rights to each of its tables.
  const others = tables.filter(({ owner }) => !owners.has(String(owner)))
  const rights = TABLE_RIGHTS.filter((right) =>
    others.some((table) => table[`may_${right.toLowerCase()}`] !== true),
  )
  return [
    ...[...owners].map((owner) => ({
      what: `the months of the fact tables, which only their owner ${quoteIdentifier(owner)} may make`,
      fix: `GRANT ${quoteIdentifier(owner)} TO ${toRole};`,
    })),
    ...(rights.length === 0
      ? []
      : [
          {
            what: `${rights.join(', ')} on tables of schema ${quoteIdentifier(schema)}`,
            fix: `GRANT ${rights.join(', ')} ON ALL TABLES IN SCHEMA ${quoteIdentifier(schema)} TO ${toRole};`,
          },
        ]),
  ]
}

/** Bytes that the whole database takes, with what else is in it. */
export async function databaseBytes(warehouse: Warehouse): Promise<number> {
  const [found] = await warehouse.use((session) =>
    session.query('SELECT pg_database_size(current_database()) AS bytes'),
  )
  return Number(found?.bytes)
}
