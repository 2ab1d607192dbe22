import { ByteRoom } from '../model/byte-room.ts'
import type { FactTableName, Lookup } from '../model/fact.ts'
import type { FactBatch } from '../model/fact-spans.ts'
import type { RequestOutcome } from '../model/slice.ts'
import { combinedSql } from './combined-facts.ts'
import { DayDigests } from './day-digests.ts'
import { factColumns } from './fact-columns.ts'
import { FactLines } from './fact-lines.ts'
import type { IdOf } from './lookups.ts'
import { quoteIdentifier } from './quote-identifier.ts'
import type { Lease, Session, Warehouse } from './session.ts'

/** Bytes that one load may have waiting in memory before they are moved to the database. */
const MAX_WAITING = 8 * 1024 * 1024

/** The rows of one load on their way to the facts: in memory, or in temporary tables of a connection of its own. */
export interface FactStaging {
  /** Takes rows of one table. */
  add(table: FactTableName, rows: FactBatch, ids: ReadonlyMap<Lookup, IdOf>): Promise<void>
  readonly isEmpty: boolean
  /** Whether `use`, once no more are added, needs no connection of its own: no row is elsewhere, and no key came twice. */
  readonly isInMemory: boolean
  /** Of all rows, once no more are added. */
  digests(table: FactTableName): DayDigests
  /** Lends a connection on which `write` puts the finished rows of a table into another one. */
  use<T>(
    sources: RequestOutcome['clickSources'],
    body: (session: Session, write: WriteRows) => Promise<T>,
  ): Promise<T>
  /** Forgets what is staged and gives the connection back. */
  close(): Promise<void>
}

/** Appends the rows of the days, by their keys in `dim_date`, to `target`, which has the columns of the table. Returns how many. */
export type WriteRows = (table: FactTableName, days: ReadonlySet<number>, target: string) => Promise<number>

/** What may be held in memory between two calls of `add`. */
interface StagingBounds {
  /** Bytes of this load. */
  readonly maxWaiting?: number
  /** For those of all loads together: one that adds rows when it is overfull moves its own out. No bound when absent. */
  readonly room?: ByteRoom
}

/**
 * Temporary tables are filled outside of any transaction, so that a transaction that must be begun again finds the
 * rows still there.
 */
export function createFactStaging(
  warehouse: Warehouse,
  tables: readonly FactTableName[],
  { maxWaiting = MAX_WAITING, room = new ByteRoom(Number.POSITIVE_INFINITY) }: StagingBounds = {},
): FactStaging {
  const waiting = new Map(tables.map((table) => [table, new FactLines(table)]))
  const digests = new Map(tables.map((table) => [table, new DayDigests()]))
  let isEmpty = true
  let counted = 0
  let held: Lease | null = null
  let closed = false

  const nameOf = (lease: Lease, table: FactTableName) => `staged_${table}_${lease.id}`

  const takeLease = async (): Promise<Lease> => {
    if (closed) throw new Error('The load has ended')
    if (held) return held
    const lease = await warehouse.lease()
    held = lease
    await lease.use(async (session) => {
      for (const table of tables) await session.query(createSql(table, nameOf(lease, table)))
    })
    return lease
  }

  const count = (): number => {
    const length = [...waiting.values()].reduce((sum, lines) => sum + lines.length, 0)
    room.count(length - counted)
    counted = length
    return length
  }

  const digest = (): void => {
    for (const [table, lines] of waiting) lines.digestTo(of(digests, table))
  }

  const isInMemory = (): boolean => {
    digest()
    return held === null && ![...waiting.values()].some(({ hasRepeats }) => hasRepeats)
  }

  const moveOut = async (): Promise<Lease> => {
    digest()
    const lease = await takeLease()
    await lease.use(async (session) => {
      for (const [table, lines] of waiting) {
        const { own, candidates } = factColumns(table)
        await session.copy(nameOf(lease, table), [...own, ...candidates], lines.staged())
        lines.clear()
      }
    })
    count()
    return lease
  }

  return {
    get isEmpty() {
      return isEmpty
    },

    get isInMemory() {
      return isInMemory()
    },

    async add(table, rows, ids) {
      isEmpty &&= rows.length === 0
      of(waiting, table).add(rows, ids)
      const length = count()
      if (length > maxWaiting || (length > 0 && room.isOverfull)) await moveOut()
    },

    digests(table) {
      digest()
      return of(digests, table)
    },

    async use(sources, body) {
      if (isInMemory()) {
        return warehouse.use((session) =>
          body(session, async (table, days, target) => {
            const { rows, chunks } = of(waiting, table).finished(days, sources)
            await session.copy(target, factColumns(table).all, chunks)
            return rows
          }),
        )
      }
      const lease = await moveOut()
      return lease.use((session) =>
        body(session, async (table, days, target) => {
          const columns = factColumns(table).all.join(', ')
          const combined = combinedSql(table, nameOf(lease, table), sources)
          const [written] = await session.query(
            `WITH written AS (
               INSERT INTO ${quoteIdentifier(target)} (${columns})
               SELECT ${columns} FROM (${combined}) c WHERE date_id IN (${[...days].join(', ')}) RETURNING 1)
             SELECT count(*) AS rows FROM written`,
          )
          return Number(written?.rows)
        }),
      )
    },

    async close() {
      const lease = held
      held = null
      closed = true
      waiting.clear()
      count()
      if (lease === null) return
      try {
        await lease.use(async (session) => {
          for (const table of tables)
            await session.query(`DROP TABLE IF EXISTS ${quoteIdentifier(nameOf(lease, table))}`)
        })
      } finally {
        await lease.release()
      }
    },
  }
}

/** The types are those of the facts; what the facts do not have are counts of clicks. */
function createSql(table: FactTableName, name: string): string {
  const { own, candidates } = factColumns(table)
  const columns = [...own, ...candidates.map((column) => `NULL::numeric AS ${column}`)]
  return `CREATE TEMP TABLE ${quoteIdentifier(name)} AS SELECT ${columns.join(', ')} FROM ${table} WITH NO DATA`
}

function of<T>(all: ReadonlyMap<FactTableName, T>, table: FactTableName): T {
  const one = all.get(table)
  if (one === undefined) throw new RangeError(`${table} is no table of this load`)
  return one
}
