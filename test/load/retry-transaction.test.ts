import { describe, expect, it } from 'vitest'
import { openPostgres } from '../../src/load/postgres.ts'
import { retryTransaction } from '../../src/load/retry-transaction.ts'
import type { Session } from '../../src/load/session.ts'
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

  it('outlives a serialization failure, and then sees what the other one has written', async () => {
    const options = serverOptions()
    const warehouse = await openPostgres(options)
    try {
      await warehouse.use((session) => session.query(`CREATE SCHEMA "${options.schema}"`))
      await warehouse.use((session) => session.query('CREATE TABLE counter AS SELECT 0 AS n'))
      const count = (session: Session) => session.query('UPDATE counter SET n = n + 1')
      let tries = 0
      await warehouse.use((session) =>
        retryTransaction(session, async () => {
          tries += 1
          await session.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ')
          await session.query('SELECT n FROM counter')
          if (tries === 1) await warehouse.use(count)
          await count(session)
        }),
      )
      expect(tries).toBe(2)
      expect(await warehouse.use((session) => session.query('SELECT n FROM counter'))).toEqual([{ n: 2 }])
    } finally {
      await warehouse.use((session) => session.query(`DROP SCHEMA "${options.schema}" CASCADE`))
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
