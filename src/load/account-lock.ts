import pLimit, { type LimitFunction } from 'p-limit'
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

/** The locks of the ad accounts that one run syncs. */
export interface AccountLocks {
  /**
   * Runs `body` while no other run syncs the account. On a server by a session lock, which a process that dies
   * gives up; it is asked for again and again rather than waited for, so that `signal` can end the waiting (and only
   * that: `body` has its own). The embedded warehouse has one process anyway.
   */
  hold<T>(accountId: ObjectId, tools: LockTools, signal: AbortSignal, body: () => Promise<T>): Promise<T>
}

/** One connection for all locks, from the first one's beginning to the last one's end. */
interface SharedLease {
  readonly lease: Promise<Lease>
  /** A connection does one thing at a time. */
  readonly turn: LimitFunction
  users: number
}

export function createAccountLocks(warehouse: Warehouse): AccountLocks {
  let current: SharedLease | null = null

  const join = (): SharedLease => {
    current ??= { lease: warehouse.lease(), turn: pLimit(1), users: 0 }
    current.users += 1
    return current
  }

  const leave = async (shared: SharedLease): Promise<void> => {
    shared.users -= 1
    if (shared.users > 0) return
    if (current === shared) current = null
    const lease = await shared.lease.catch(() => null)
    await lease?.release()
  }

  /** The connection that has the lock now; null when somebody else has it. */
  const tryLock = async (key: string): Promise<SharedLease | null> => {
    const isFirst = current === null
    const shared = join()
    try {
      if (await ask(shared, 'pg_try_advisory_lock', key)) return shared
    } catch (error) {
      if (current === shared) current = null
      await leave(shared)
      if (isFirst) throw error
      // It broke under those who had it already, and who go on: loads have locks of their own. Others get a new one.
      return tryLock(key)
    }
    await leave(shared)
    return null
  }

  return {
    async hold(accountId, tools, signal, body) {
      if (warehouse.kind === 'pglite') return body()
      const key = advisoryKey(warehouse.schema, 'sync', accountId)
      let shared = await tryLock(key)
      if (shared === null) tools.onWait()
      while (shared === null) {
        await tools.sleep(POLL_MS, signal)
        shared = await tryLock(key)
      }
      try {
        return await body()
      } finally {
        // When the connection broke meanwhile, the lock went with it.
        await ask(shared, 'pg_advisory_unlock', key).catch(() => undefined)
        await leave(shared)
      }
    },
  }
}

/** Whether the lock was taken, or given back. */
function ask(
  { lease, turn }: SharedLease,
  what: 'pg_try_advisory_lock' | 'pg_advisory_unlock',
  key: string,
): Promise<boolean> {
  return turn(async () => {
    const rows = await (await lease).use((session) =>
      session.query(`SELECT ${what}(hashtextextended($1, 0)) AS done`, [key]),
    )
    return rows[0]?.done === true
  })
}
