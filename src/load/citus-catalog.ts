import type { Session } from './session.ts'

/** Where the rows of a table are, when a warehouse lies on the nodes of Citus. */
export type Distribution = 'by account' | 'everywhere'

export async function hasCitus(session: Session): Promise<boolean> {
  const rows = await session.query("SELECT FROM pg_extension WHERE extname = 'citus'")
  return rows.length > 0
}

/** Asks Citus' catalog, which must be there. A table that it only manages on the coordinator has method n, too. */
export async function isSpread(session: Session, table: string, as: Distribution): Promise<boolean> {
  const [found] = await session.query(
    'SELECT partmethod, repmodel FROM pg_dist_partition WHERE logicalrelid = $1::regclass',
    [table],
  )
  return as === 'by account' ? found?.partmethod === 'h' : found?.partmethod === 'n' && found.repmodel === 't'
}
