import { describe, expect, it } from 'vitest'
import { openPostgres } from '../../src/load/postgres.ts'
import { retryTransaction } from '../../src/load/retry-transaction.ts'
import { serverOptions } from '../support/warehouses.ts'

describe('a transaction that may be begun again', () => {
  it('outlives a deadlock, which ends the other one at most for a moment', async () => {
    const warehouse = await openPostgres(serverOptions())
    try {
      let tries = 0
      let met: () => void
      const bothHoldOne = new Promise<void>((resolve) => {
        met = resolve
      })
      let holding = 0
      const cross = (first: number, second: number) =>
        warehouse.use(async (session) => {
          await session.query('SET deadlock_timeout TO 50')
          await retryTransaction(session, async () => {
            tries += 1
            await session.query('SELECT pg_advisory_xact_lock($1, 77)', [first])
            holding += 1
            if (holding === 2) met()
            await bothHoldOne
            await session.query('SELECT pg_advisory_xact_lock($1, 77)', [second])
          })
        })
      await Promise.all([cross(1, 2), cross(2, 1)])
      expect(tries).toBeGreaterThan(2)
    } finally {
      await warehouse.close()
    }
  })

  it('is not begun again after any other failure', async () => {
    const warehouse = await openPostgres(serverOptions())
    try {
      let tries = 0
      const failing = warehouse.use((session) =>
        retryTransaction(session, async () => {
          tries += 1
          await session.query('SELECT 1 / 0')
        }),
      )
      await expect(failing).rejects.toMatchObject({ code: '22012' })
      expect(tries).toBe(1)
    } finally {
      await warehouse.close()
    }
  })
})
