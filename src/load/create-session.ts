import { quoteIdentifier } from './quote-identifier.ts'
import type { Row, Session, Table } from './session.ts'

/** What a session is made of: the little in which the two drivers differ. */
export interface Connection {
  execute(sql: string, params: readonly unknown[]): Promise<Table>
  /** COPY from `chunks`; `target` is `table (columns)`. */
  copyInto(target: string, chunks: readonly Uint8Array[]): Promise<void>
}

export function createSession(connection: Connection): Session {
  return {
    queryTable: (sql, params = []) => connection.execute(sql, params),

    async query(sql, params = []) {
      const { columns, rows } = await connection.execute(sql, params)
      return rows.map((row) => toRow(columns, row))
    },

    copy: (table, columns, chunks) =>
      connection.copyInto(`${quoteIdentifier(table)} (${columns.map(quoteIdentifier).join(', ')})`, chunks),

    async transaction(body) {
      await connection.execute('BEGIN', [])
      try {
        const result = await body()
        await connection.execute('COMMIT', [])
        return result
      } catch (error) {
        // A connection that cannot roll back is lost, and its transaction with it: the first error tells more.
        await connection.execute('ROLLBACK', []).catch(() => undefined)
        throw error
      }
    },
  }
}

/** A row by the names of its columns; of columns with one name the last counts. */
export function toRow(columns: readonly string[], values: readonly unknown[]): Row {
  return Object.fromEntries(columns.map((column, i) => [column, values[i]]))
}
