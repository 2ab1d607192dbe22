import type { FactTableName } from '../model/fact.ts'
import { quoteIdentifier } from './quote-identifier.ts'
import type { Session } from './session.ts'

/** Where the rows of a table are, when a warehouse lies on the nodes of Citus. */
export type Distribution = 'by account' | 'everywhere'

/** Beside this table lie all others that are distributed by account. */
export const GROUP: FactTableName = 'fact_core_metrics'

export const DISTRIBUTE_BESIDE =
  "SELECT create_distributed_table($1::regclass, 'account_id', colocate_with => $2)"

/** A build must lie where its facts do, to become a partition of them. Nothing where the warehouse is on one server. */
export async function distributeBuild(session: Session, build: string): Promise<void> {
  if (!(await hasCitus(session)) || !(await isSpread(session, GROUP, 'by account'))) return
  const name = quoteIdentifier(build)
  if (!(await isSpread(session, name, 'by account'))) await session.query(DISTRIBUTE_BESIDE, [name, GROUP])
}

export async function hasCitus(session: Session): Promise<boolean> {
  const rows = await session.query("SELECT FROM pg_extension WHERE extname = 'citus'")
  return rows.length > 0
}

export async function isSpread(session: Session, table: string, as: Distribution): Promise<boolean> {
  const [found] = await session.query(
    'SELECT partmethod FROM pg_dist_partition WHERE logicalrelid = $1::regclass',
    [table],
  )
  return found?.partmethod === (as === 'by account' ? 'h' : 'n')
}
