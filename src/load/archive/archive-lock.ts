import { advisoryKey } from '../advisory-lock.ts'
import type { Warehouse } from '../session.ts'
import { ArchiveError } from './archive-folder.ts'

/**
 * Runs `body` while nobody else archives or restores months of the warehouse. Throws ArchiveError when somebody does.
 * On a server by a session lock, which a process that dies gives up; the embedded warehouse has one process anyway.
 */
export async function withArchiveLock<T>(warehouse: Warehouse, body: () => Promise<T>): Promise<T> {
  if (warehouse.kind === 'pglite') return body()
  const lease = await warehouse.lease()
  try {
    const [taken] = await lease.use((session) =>
      session.query('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS done', [
        advisoryKey(warehouse.schema, 'archive'),
      ]),
    )
    if (taken?.done !== true)
      throw new ArchiveError(
        'Somebody else archives or restores months of this warehouse. Try again when that has ended.',
      )
    return await body()
  } finally {
    // When the connection broke meanwhile, the lock went with it.
    await lease.use((session) => session.query('SELECT pg_advisory_unlock_all()')).catch(() => undefined)
    await lease.release()
  }
}
