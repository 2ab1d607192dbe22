import { expect, it } from 'vitest'
import { withArchiveLock } from '../../src/load/archive/archive-lock.ts'
import { openPostgres } from '../../src/load/postgres.ts'
import { newSchema, serverOptions } from '../support/warehouses.ts'

it('who has lost the lock of archives learns it before anything leaves the warehouse', async () => {
  const warehouse = await openPostgres(serverOptions(newSchema()))
  try {
    const ended = withArchiveLock(warehouse, async (isHeld) => {
      await isHeld()
      await warehouse.use((session) =>
        session.query(
          `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'
             AND pid IN (SELECT pid FROM pg_stat_activity WHERE application_name = $1)`,
          [warehouse.schema],
        ),
      )
      await isHeld()
    })
    await expect(ended).rejects.toThrow()
  } finally {
    await warehouse.close()
  }
})
