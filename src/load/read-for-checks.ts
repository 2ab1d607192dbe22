import type { ReadRows } from '../model/quality.ts'
import type { Warehouse } from './session.ts'

/**
 * Reads the warehouse for checks, which add up many facts. The planner knows nothing of a month that has just been
 * attached, takes it for a handful of rows and would sort them to add them up; without sorting, it hashes them, which
 * takes half the time.
 */
export function readForChecks(warehouse: Warehouse): ReadRows {
  return (sql, params) =>
    warehouse.use((session) =>
      session.transaction(async () => {
        await session.query('SET LOCAL enable_sort TO off')
        return session.query(sql, params)
      }),
    )
}
