import { hasCitus, isSpread } from './citus-catalog.ts'
import { DISTRIBUTED_TABLES } from './citus-tables.ts'
import { quoteIdentifier } from './quote-identifier.ts'
import type { Session } from './session.ts'

const [COLOCATED_WITH] = DISTRIBUTED_TABLES

/** Lays a table by account, beside the facts: a build, so that it can become a partition of them. */
export async function distributeBeside(session: Session, table: string): Promise<void> {
  await session.query("SELECT create_distributed_table($1::regclass, 'account_id', colocate_with => $2)", [
    table,
    COLOCATED_WITH,
  ])
}

/** Nothing where the warehouse is on one server. */
export async function distributeBuild(session: Session, build: string): Promise<void> {
  if (!(await hasCitus(session)) || !(await isSpread(session, COLOCATED_WITH, 'by account'))) return
  const name = quoteIdentifier(build)
  if (!(await isSpread(session, name, 'by account'))) await distributeBeside(session, name)
}
