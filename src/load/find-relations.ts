import type { Session } from './session.ts'

/**
 * Which of the names are relations of the warehouse's schema. Asked of the catalogue: `to_regclass` may answer from
 * before an advisory lock was waited for.
 */
export async function findRelations(
  session: Session,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await session.query(
    `SELECT relname AS name FROM pg_class
      WHERE relnamespace = quote_ident(current_schema())::regnamespace
        AND relname = ANY($1::name[])`,
    [names],
  )
  return new Set(rows.map(({ name }) => String(name)))
}
