import { resolve } from 'node:path'
import type { PGlite } from '@electric-sql/pglite'
import pLimit from 'p-limit'
import { type Connection, createSession } from './create-session.ts'
import { DatabaseError } from './database-error.ts'
import { type FolderOwner, lockFolder } from './folder-lock.ts'
import { quoteIdentifier } from './quote-identifier.ts'
import type { Session, Warehouse } from './session.ts'
import { VALUE_PARSERS } from './value-parsers.ts'

interface PgliteOptions {
  /** Made when it is not there; null keeps everything in memory. */
  readonly folder: string | null
  readonly schema: string
  /** Who opens the folder; without it the folder is not locked against other processes. */
  readonly owner?: FolderOwner
}

/**
 * The embedded warehouse: PostgreSQL in this process, with one connection and one owner of its folder.
 * Throws DatabaseError, `locked` when another process has the folder.
 */
export async function openPglite(options: PgliteOptions): Promise<Warehouse> {
  const folder = options.folder === null ? null : resolve(options.folder)
  const unlock = folder && options.owner ? await lockFolder(folder, options.owner) : async () => undefined
  try {
    const db = await start(folder)
    return await toWarehouse(db, { location: folder ?? 'memory', schema: options.schema, unlock })
  } catch (error) {
    await unlock()
    throw error
  }
}

async function start(folder: string | null): Promise<PGlite> {
  // Loaded late: a command on a server must not wait for, and pay for, the embedded one.
  const { PGlite } = await import('@electric-sql/pglite')
  try {
    return await PGlite.create({ ...(folder === null ? {} : { dataDir: folder }), parsers: VALUE_PARSERS })
  } catch (error) {
    throw new DatabaseError(
      'other',
      `The embedded warehouse in ${folder ?? 'memory'} does not start: ${String(error)}. ` +
        'Move the folder away to begin with an empty one; a sync fills it again.',
      { cause: error },
    )
  }
}

interface Place {
  readonly location: string
  readonly schema: string
  unlock(): Promise<void>
}

async function toWarehouse(db: PGlite, place: Place): Promise<Warehouse> {
  const queue = pLimit(1)
  const session = createSession(toConnection(db))
  let leases = 0
  const use = <T>(body: (session: Session) => Promise<T>): Promise<T> =>
    queue(async () => {
      try {
        return await body(session)
      } finally {
        if (db.isInTransaction()) await db.exec('ROLLBACK')
      }
    })
  await db.query(`SELECT set_config('search_path', $1, false), set_config('TimeZone', 'UTC', false)`, [
    quoteIdentifier(place.schema),
  ])
  return {
    kind: 'pglite',
    location: place.location,
    schema: place.schema,
    use,
    async lease() {
      leases += 1
      return { id: leases, use, release: async () => undefined }
    },
    async close() {
      try {
        if (!db.closed) await db.close()
      } finally {
        await place.unlock()
      }
    },
  }
}

function toConnection(db: PGlite): Connection {
  return {
    async execute(sql, params) {
      const result = await db.query<unknown[]>(sql, [...params], { rowMode: 'array' })
      return { columns: result.fields.map((field) => field.name), rows: result.rows }
    },
    async copyInto(target, chunks) {
      // BlobPart asks for arrays of its own buffers, which chunks are not known to be.
      const blob = new Blob(chunks.map((chunk) => new Uint8Array(chunk)))
      await db.query(`COPY ${target} FROM '/dev/blob'`, [], { blob })
    },
  }
}
