import { toRow } from './create-session.ts'
import { DatabaseError, errorCode } from './database-error.ts'
import type { Row, Warehouse } from './session.ts'

/** What a statement that reads may begin with, after spaces, comments and brackets. */
const READS = /^(?:\s|\(|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*(?:select|with|values|table|show|explain)\b/i

const READ_ONLY_VIOLATION = '25006'
const SEVERAL_STATEMENTS = '42601'

/**
 * The result of one statement that reads, in a transaction that may not write and is rolled back. Columns keep
 * their order; a name that repeats gets `_2`, `_3` … Throws DatabaseError `refused` on anything that writes, and on
 * several statements; the server's own error where the statement itself is wrong.
 */
export async function readOnlyQuery(
  warehouse: Warehouse,
  sql: string,
  params: readonly unknown[] = [],
): Promise<{ columns: string[]; rows: Row[] }> {
  // COPY … TO PROGRAM, COMMIT, SET and the like are not writes to the server.
  if (!READS.test(sql)) throw refused('it begins like none of SELECT, WITH, VALUES, TABLE, SHOW, EXPLAIN')
  return warehouse.use(async (session) => {
    await session.query('BEGIN READ ONLY')
    try {
      const { columns, rows } = await session.queryTable(sql, params)
      const names = distinct(columns)
      return { columns: names, rows: rows.map((row) => toRow(names, row)) }
    } catch (error) {
      const code = errorCode(error)
      const said = error instanceof Error ? error.message : String(error)
      if (code === READ_ONLY_VIOLATION) throw refused(said, error)
      if (code === SEVERAL_STATEMENTS && /multiple commands/.test(said))
        throw refused('it is more than one statement', error)
      throw error
    } finally {
      await session.query('ROLLBACK').catch(() => undefined)
    }
  })
}

function refused(why: string, cause?: unknown): DatabaseError {
  return new DatabaseError(
    'refused',
    `The statement was not run, because ${why}. A query is one statement that reads; nothing was changed.`,
    { cause },
  )
}

function distinct(columns: readonly string[]): string[] {
  const names: string[] = []
  for (const column of columns) {
    let name = column
    for (let n = 2; names.includes(name); n += 1) name = `${column}_${n}`
    names.push(name)
  }
  return names
}
