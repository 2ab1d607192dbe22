import { quoteIdentifier } from '../quote-identifier.ts'
import type { Warehouse } from '../session.ts'
import type { MissingRight } from '../write-rights.ts'

/** What the role of the session lacks to make the queue's schema, or to use the one that is there; null: nothing. */
export async function missingOfQueue({ use }: Warehouse, schema: string): Promise<MissingRight | null> {
  const [found] = await use((session) =>
    session.query(
      `SELECT current_user::text AS role, n.oid IS NOT NULL AS is_there,
              has_database_privilege(current_database(), 'CREATE') AS may_make_schema,
              has_schema_privilege(n.oid, 'USAGE') AND has_schema_privilege(n.oid, 'CREATE') AS may_use
         FROM (SELECT 1) one LEFT JOIN pg_namespace n ON n.nspname = $1`,
      [schema],
    ),
  )
  const [name, toRole] = [quoteIdentifier(schema), quoteIdentifier(String(found?.role))]
  if (found?.is_there === true)
    return found.may_use === true
      ? null
      : {
          what: `USAGE, CREATE on schema ${name}`,
          fix: `GRANT USAGE, CREATE ON SCHEMA ${name} TO ${toRole};`,
        }
  return found?.may_make_schema === true
    ? null
    : { what: `making schema ${name}`, fix: `CREATE SCHEMA ${name} AUTHORIZATION ${toRole};` }
}
