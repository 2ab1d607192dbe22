import type { FactTableName } from '../model/fact.ts'
import { toCopyText } from './copy-text.ts'
import { factColumns } from './fact-columns.ts'
import { quoteIdentifier } from './quote-identifier.ts'
import type { Lease, Session, Warehouse } from './session.ts'

/** Encoded bytes that may wait in memory before they are moved to the database. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024

/** The rows of one load on their way to the facts: in memory, then in temporary tables of a connection of its own. */
export interface FactStaging {
  /** Values in the order of `stagedColumns`. */
  add(table: FactTableName, rows: readonly (readonly (string | null)[])[]): Promise<void>
  readonly isEmpty: boolean
  /** Moves the rest, and lends the connection on which the temporary table `nameOf(table)` holds every row. */
  use<T>(body: (session: Session, nameOf: (table: FactTableName) => string) => Promise<T>): Promise<T>
  /** Drops what is staged and gives the connection back. */
  close(): Promise<void>
}

export function stagedColumns(table: FactTableName): string[] {
  const { key, parents, staged } = factColumns(table)
  return [...key, ...parents, ...staged.map(([measure]) => measure)]
}

/**
 * Outside of any transaction, so that a transaction that must be begun again finds the rows still there.
 * `maxWaitingBytes` bounds what is held in memory between two calls of `add`.
 */
export function createFactStaging(
  warehouse: Warehouse,
  tables: readonly FactTableName[],
  maxWaitingBytes = MAX_WAITING_BYTES,
): FactStaging {
  let waiting = new Map<FactTableName, Uint8Array[]>()
  let bytes = 0
  let isEmpty = true
  let held: Lease | null = null
  let closed = false

  const nameOf = (lease: Lease) => (table: FactTableName) => `staged_${table}_${lease.id}`

  const takeLease = async (): Promise<Lease> => {
    if (closed) throw new Error('The load has ended')
    if (held) return held
    const lease = await warehouse.lease()
    held = lease
    await lease.use(async (session) => {
      for (const table of tables) await session.query(createSql(table, nameOf(lease)(table)))
    })
    return lease
  }

  const flush = async (): Promise<Lease> => {
    const lease = await takeLease()
    const moving = waiting
    waiting = new Map()
    bytes = 0
    await lease.use(async (session) => {
      for (const [table, chunks] of moving)
        await session.copy(nameOf(lease)(table), stagedColumns(table), chunks)
    })
    return lease
  }

  return {
    get isEmpty() {
      return isEmpty
    },

    async add(table, rows) {
      const chunks = toCopyText(rows)
      const others = waiting.get(table)
      if (others) others.push(...chunks)
      else waiting.set(table, chunks)
      bytes += chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0)
      isEmpty &&= rows.length === 0
      if (bytes > maxWaitingBytes) await flush()
    },

    async use(body) {
      const lease = await flush()
      return lease.use((session) => body(session, nameOf(lease)))
    },

    async close() {
      const lease = held
      held = null
      closed = true
      waiting = new Map()
      if (lease === null) return
      try {
        await lease.use(async (session) => {
          for (const table of tables)
            await session.query(`DROP TABLE IF EXISTS ${quoteIdentifier(nameOf(lease)(table))}`)
        })
      } finally {
        await lease.release()
      }
    },
  }
}

/** The types are those of the facts; what the facts do not have are counts of clicks. */
function createSql(table: FactTableName, name: string): string {
  const { candidates } = factColumns(table)
  const columns = stagedColumns(table).map((column) =>
    candidates.some((candidate) => candidate === column) ? `NULL::numeric AS ${column}` : column,
  )
  return `CREATE TEMP TABLE ${quoteIdentifier(name)} AS SELECT ${columns.join(', ')} FROM ${table} WITH NO DATA`
}
