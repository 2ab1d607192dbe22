/**
 * One row as PostgreSQL answers it: bigint and numeric as text, dates as `YYYY-MM-DD` text, timestamps as Date, json
 * and jsonb decoded, with text for the numbers in them that a double cannot hold.
 */
export type Row = Record<string, unknown>

/** A result in the order of its columns, whose names may repeat. */
export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
}

/** What loading needs of one database connection, whose `search_path` is the warehouse's schema. */
export interface Session {
  /** Runs exactly one statement; several fail with SQLSTATE 42601. */
  query(sql: string, params?: readonly unknown[]): Promise<Row[]>
  /** The same, for results whose columns are not known beforehand. */
  queryTable(sql: string, params?: readonly unknown[]): Promise<Table>
  /** Sends COPY text format (`\t`, `\n`, `\N`) into `table (columns)`. */
  copy(table: string, columns: readonly string[], chunks: readonly Uint8Array[]): Promise<void>
  /** BEGIN … COMMIT; ROLLBACK when `body` throws. Not nested. */
  transaction<T>(body: () => Promise<T>): Promise<T>
}

/**
 * One connection kept between calls, for temporary tables and session locks. On the embedded warehouse it is
 * the one connection that everybody shares: nothing is held there between two calls of `use`.
 */
export interface Lease {
  /** No other lease of this warehouse has it: tells temporary tables on a shared connection apart. */
  readonly id: number
  use<T>(body: (session: Session) => Promise<T>): Promise<T>
  /**
   * From now on `onPayload` is called with what other connections notify `channel` of, and `onEnd` once the connection has ended.
   * To the embedded warehouse, which has one process, nobody sends anything.
   */
  listen(channel: string, onPayload: (payload: string) => void, onEnd: () => void): Promise<void>
  /** Gives the connection back; a second call does nothing. */
  release(): Promise<void>
}

/** An opened warehouse. */
export interface Warehouse {
  readonly kind: 'pglite' | 'postgres'
  /** Where it is, without password, for people. */
  readonly location: string
  readonly schema: string
  /** Lends one connection to `body`; on the embedded warehouse callers wait for each other. */
  use<T>(body: (session: Session) => Promise<T>): Promise<T>
  /** A connection besides those of `use`, so that who holds one can always go on. Throws DatabaseError. */
  lease(): Promise<Lease>
  /** Ends every connection, leases too; a second call does nothing. */
  close(): Promise<void>
}
