import type { Clock } from '../model/clock.ts'
import type { ObjectId } from '../model/object-id.ts'
import { advisoryKey } from './advisory-lock.ts'
import type { Lease, Warehouse } from './session.ts'

const POLL_MS = 1_000

interface LockTools {
  /** Called once, when somebody else has the account. */
  onWait(): void
  readonly sleep: Clock['sleep']
}

/**
 * Runs `body` while no other process syncs the account. On a server by a session lock, which a process that dies
 * gives up; it is asked for again and again rather than waited for, so that `signal` can end the waiting (and only
 * that: `body` has its own). The embedded warehouse has one process anyway.
 */
export async function withAccountLock<T>(
  warehouse: Warehouse,
  accountId: ObjectId,
  tools: LockTools,
  signal: AbortSignal,
  body: () => Promise<T>,
): Promise<T> {
  if (warehouse.kind === 'pglite') return body()
  const key = advisoryKey(warehouse.schema, 'sync', accountId)
  const lease = await warehouse.lease()
  try {
    for (let tries = 0; !(await tryLock(lease, key)); tries += 1) {
      if (tries === 0) tools.onWait()
      await tools.sleep(POLL_MS, signal)
    }
    try {
      return await body()
    } finally {
      // Lost with its connection when that broke meanwhile: loads have a lock of their own.
      await unlock(lease, key).catch(() => undefined)
    }
  } finally {
    await lease.release()
  }
}

async function tryLock(lease: Lease, key: string): Promise<boolean> {
  const [row] = await lease.use((session) =>
    session.query('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked', [key]),
  )
  return row?.locked === true
}

function unlock(lease: Lease, key: string): Promise<unknown> {
  return lease.use((session) => session.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [key]))
}
