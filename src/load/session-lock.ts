import { advisoryKey } from './advisory-lock.ts'
import type { Warehouse } from './session.ts'

/**
 * Runs `body` while no other process does the same for `name`; undefined, at once, when another does. A process that
 * dies gives the lock up with its connection.
 */
export async function withSessionLock<T>(
  warehouse: Warehouse,
  purpose: 'plan' | 'close' | 'sweep',
  name: string,
  body: () => Promise<T>,
): Promise<T | undefined> {
  const key = advisoryKey(warehouse.schema, purpose, name)
  const lease = await warehouse.lease()
  try {
    const ask = async (what: 'pg_try_advisory_lock' | 'pg_advisory_unlock') => {
      const rows = await lease.use((session) =>
        session.query(`SELECT ${what}(hashtextextended($1, 0)) AS done`, [key]),
      )
      return rows[0]?.done === true
    }
    if (!(await ask('pg_try_advisory_lock'))) return undefined
    try {
      return await body()
    } finally {
      await ask('pg_advisory_unlock').catch(() => undefined)
    }
  } finally {
    await lease.release()
  }
}
