import { resolve } from 'node:path'
import pLimit from 'p-limit'
import { createSession } from './create-session.ts'
import { DatabaseError, errorCode, toDatabaseError } from './database-error.ts'
import { type FolderOwner, hasLock, lockFolder } from './folder-lock.ts'
import { quoteIdentifier } from './quote-identifier.ts'
import type { Session, Warehouse } from './session.ts'
import { type EmbeddedDatabase, startPglite } from './start-pglite.ts'

interface PgliteOptions {
  /** Made when it is not there; null keeps everything in memory. */
  readonly folder: string | null
  readonly schema: string
  /** Who opens the folder; without it the folder is not locked against other processes. */
  readonly owner?: FolderOwner
}

/**
 * The embedded warehouse: PostgreSQL in a thread of this process, with one connection and one owner of its folder.
 * Throws DatabaseError, `locked` when another process has the folder.
 */
export async function openPglite(options: PgliteOptions): Promise<Warehouse> {
  const folder = options.folder === null ? null : resolve(options.folder)
  const { owner, schema } = options
  const unlock = folder && owner ? await lock(folder, owner) : async () => undefined
  const isOurs = async () => !folder || !owner || hasLock(folder, owner)
  try {
    const db = await start(folder)
    return await toWarehouse(db, { location: folder ?? 'memory', schema, unlock, isOurs })
  } catch (error) {
    await unlock()
    throw error
  }
}

const NOT_WRITABLE: readonly unknown[] = ['EACCES', 'EPERM', 'EROFS']

async function lock(folder: string, owner: FolderOwner): Promise<() => Promise<void>> {
  try {
    return await lockFolder(folder, owner)
  } catch (error) {
    if (!NOT_WRITABLE.includes(errorCode(error))) throw toDatabaseError(error, folder)
    const said = error instanceof Error ? error.message : String(error)
    throw new DatabaseError(
      'no-permission',
      `${folder} cannot be written: ${said}. Give the user of this process the right to, use another directory, ` +
        'or set DATABASE_URL to use a PostgreSQL server.',
      { cause: error },
    )
  }
}

async function start(folder: string | null): Promise<EmbeddedDatabase> {
  try {
    return await startPglite(folder)
  } catch (error) {
    const location = folder ?? 'memory'
    const told = toDatabaseError(error, location)
    if (told !== error) throw told
    throw new DatabaseError(
      'other',
      `The embedded warehouse in ${location} does not start: ${String(error)}. ` +
        'Move the folder away to begin with an empty one; a sync fills it again.',
      { cause: error },
    )
  }
}

interface Place {
  readonly location: string
  readonly schema: string
  unlock(): Promise<void>
  /** False once another process has taken the folder over. */
  isOurs(): Promise<boolean>
}

async function toWarehouse(db: EmbeddedDatabase, place: Place): Promise<Warehouse> {
  const queue = pLimit(1)
  const session = createSession(db)
  let leases = 0
  const use = <T>(body: (session: Session) => Promise<T>): Promise<T> =>
    queue(async () => {
      if (!(await place.isOurs())) throw takenOver(place.location)
      try {
        return await body(session)
      } catch (error) {
        throw toDatabaseError(error, place.location)
      } finally {
        // What cannot roll back is of no more use; why it cannot has been said.
        if (db.isInTransaction) await db.execute('ROLLBACK', []).catch(() => undefined)
      }
    })
  await db.execute(`SELECT set_config('search_path', $1, false), set_config('TimeZone', 'UTC', false)`, [
    quoteIdentifier(place.schema),
  ])
  return {
    kind: 'pglite',
    location: place.location,
    schema: place.schema,
    use,
    async lease() {
      leases += 1
      return { id: leases, use, listen: async () => undefined, release: async () => undefined }
    },
    async close() {
      try {
        // A database that cannot end properly, as on a full disk, is recovered when it is opened next; and one that
        // is another's by now must not be touched.
        if (await place.isOurs()) await db.close().catch(() => undefined)
        else await db.abandon()
      } finally {
        await place.unlock()
      }
    },
  }
}

function takenOver(folder: string): DatabaseError {
  return new DatabaseError(
    'locked',
    `${folder} has been taken over by another process (see ${folder}.lock), since this one had stopped for long, as ` +
      'it does with its machine. What was loaded before stays. Run the same command again when the other one has ended.',
  )
}
