/** One row as PostgreSQL answers it: bigint and numeric as text, dates as `YYYY-MM-DD` text, timestamps as Date, jsonb decoded. */
export type Row = Record<string, unknown>

/** What loading needs of one database connection, whose `search_path` is the warehouse's schema. */
export interface Session {
  query(sql: string, params?: readonly unknown[]): Promise<Row[]>
  /** Sends COPY text format (`\t`, `\n`, `\N`) into `table (columns)`. */
  copy(table: string, columns: readonly string[], chunks: readonly Uint8Array[]): Promise<void>
  /** BEGIN … COMMIT; ROLLBACK when `body` throws. Not nested. */
  transaction<T>(body: () => Promise<T>): Promise<T>
}

/** An opened warehouse. */
export interface Warehouse {
  readonly kind: 'pglite' | 'postgres'
  /** Where it is, without password, for people. */
  readonly location: string
  readonly schema: string
  /** Lends one connection to `body`; on the embedded warehouse callers wait for each other. */
  use<T>(body: (session: Session) => Promise<T>): Promise<T>
  close(): Promise<void>
}
