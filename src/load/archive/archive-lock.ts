import { advisoryKey } from '../advisory-lock.ts'
import type { Warehouse } from '../session.ts'
import { ArchiveError } from './archive-folder.ts'

/** Rejects when the lock is lost: its connection has broken, and others may archive now. */
export type IsHeld = () => Promise<void>

/**
 * Runs `body` while nobody else archives or restores months of the warehouse. Throws ArchiveError when somebody does.
 * On a server by a session lock, which a process that dies gives up; the embedded warehouse has one process anyway.
 */
export async function withArchiveLock<T>(
  warehouse: Warehouse,
  body: (isHeld: IsHeld) => Promise<T>,
): Promise<T> {
  if (warehouse.kind === 'pglite') return body(async () => undefined)
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
    // It is silent for as long as a month takes to be written.
    await lease.use((session) => session.query("SELECT set_config('idle_session_timeout', '0', false)"))
    return await body(async () => {
      await lease.use((session) => session.query('SELECT 1'))
    })
  } finally {
    // When the connection broke meanwhile, the lock went with it.
    await lease.use((session) => session.query('SELECT pg_advisory_unlock_all()')).catch(() => undefined)
    await lease.release()
  }
}
