import { readFile } from 'node:fs/promises'
import { DatabaseError } from './database-error.ts'
import type { Session, Warehouse } from './session.ts'

/** The columns of each table and view, as the migrations make them. */
export type Columns = Readonly<Record<string, readonly string[]>>

const FILE = new URL('../../sql/columns.json', import.meta.url)

/**
 * Throws DatabaseError `schema-changed`, with the name of what is missing, where somebody has taken away a table, a
 * view or a column: nothing could be loaded, or half of it. Others may be there besides.
 */
export async function checkColumns(session: Session, { schema, location }: Warehouse): Promise<void> {
  const expected = JSON.parse(await readFile(FILE, 'utf8')) as Columns
  const there = await readColumns(session, schema)
  const missing = Object.entries(expected).flatMap(([relation, columns]) => {
    const found = there[relation]
    if (found === undefined) return [relation]
    return columns.filter((column) => !found.includes(column)).map((column) => `${relation}.${column}`)
  })
  if (missing.length === 0) return
  throw new DatabaseError(
    'schema-changed',
    `Schema "${schema}" in ${location} lacks ${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ', …' : ''}: ` +
      'somebody has changed it by hand. Nothing was loaded. Restore it from a backup, or drop the schema and sync ' +
      'again; your own columns and views belong into another schema.',
  )
}

/** Of each table and view of the schema; partitions are part of their table. */
export async function readColumns(session: Session, schema: string): Promise<Columns> {
  const rows = await session.query(
    `SELECT c.relname AS relation, json_agg(a.attname ORDER BY a.attname COLLATE "C") AS columns
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
        AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
      GROUP BY 1 ORDER BY 1`,
    [schema],
  )
  return Object.fromEntries(
    rows.map(({ relation, columns }) => [
      String(relation),
      Array.isArray(columns) ? columns.map(String) : [],
    ]),
  )
}
