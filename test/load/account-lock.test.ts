import { describe, expect, it } from 'vitest'
import { type AccountLocks, createAccountLocks } from '../../src/load/account-lock.ts'
import { openPostgres } from '../../src/load/postgres.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import { ACCOUNT } from '../support/fact-rows.ts'
import { serverOptions } from '../support/warehouses.ts'

const never = new AbortController().signal

interface Runner {
  readonly warehouse: Warehouse
  readonly locks: AccountLocks
}

/** Two processes on one warehouse. */
async function withTwo(body: (one: Runner, other: Runner) => Promise<void>): Promise<void> {
  const options = serverOptions()
  const warehouses = await Promise.all([openPostgres(options), openPostgres(options)])
  const [one, other] = warehouses.map((warehouse) => ({ warehouse, locks: createAccountLocks(warehouse) }))
  try {
    if (one && other) await body(one, other)
  } finally {
    await Promise.all(warehouses.map((warehouse) => warehouse.close()))
  }
}

const OTHERS = ['2004', '2005', '2006'].map(parseAccountId)

/** The connections that hold locks of accounts, of all processes of this warehouse. */
async function lockHolders({ warehouse }: Runner): Promise<{ pid: unknown; locks: unknown }[]> {
  const rows = await warehouse.use((session) =>
    session.query(
      `SELECT l.pid, count(*)::int AS locks FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'advisory' AND a.application_name = $1 GROUP BY 1`,
      [warehouse.schema],
    ),
  )
  return rows.map(({ pid, locks }) => ({ pid, locks }))
}

function tools() {
  const waited = { times: 0, polls: 0 }
  return {
    waited,
    onWait: () => {
      waited.times += 1
    },
    sleep: async (_: number, signal: AbortSignal) => {
      waited.polls += 1
      await new Promise((resolve) => setTimeout(resolve, 2))
      signal.throwIfAborted()
    },
  }
}

describe('the lock of an ad account, on PostgreSQL', () => {
  it('makes a second process wait until the first one is done, and says so once', async () => {
    await withTwo(async (one, other) => {
      const order: string[] = []
      const { waited, ...second } = tools()
      await one.locks
        .hold(ACCOUNT, tools(), never, async () => {
          const waiting = other.locks.hold(ACCOUNT, second, never, async () => order.push('second'))
          while (waited.polls < 3) await new Promise((resolve) => setTimeout(resolve, 2))
          order.push('first')
          return { waiting }
        })
        .then(({ waiting }) => waiting)
      expect(order).toEqual(['first', 'second'])
      expect(waited.times).toBe(1)
    })
  })

  it('lets another account pass', async () => {
    await withTwo(async (one, other) => {
      const { waited, ...second } = tools()
      const inside = () => other.locks.hold(parseAccountId('2004'), second, never, async () => 'passed')
      expect(await one.locks.hold(ACCOUNT, tools(), never, inside)).toBe('passed')
      expect(waited.times).toBe(0)
    })
  })

  it('is not waited for any longer than wanted', async () => {
    await withTwo(async (one, other) => {
      const abort = new AbortController()
      const stop = { ...tools(), onWait: () => abort.abort(new Error('stopped')) }
      await one.locks.hold(ACCOUNT, tools(), never, async () => {
        const waiting = other.locks.hold(ACCOUNT, stop, abort.signal, async () => 'never')
        await expect(waiting).rejects.toThrow('stopped')
      })
    })
  })

  it('is free again after a failure, and after the death of its process', async () => {
    await withTwo(async (one, other) => {
      const failing = one.locks.hold(ACCOUNT, tools(), never, () => Promise.reject(new Error('failed')))
      await expect(failing).rejects.toThrow('failed')
      const dead = one.locks.hold(ACCOUNT, tools(), never, () => one.warehouse.close())
      await dead
      const { waited, ...second } = tools()
      await other.locks.hold(ACCOUNT, second, never, async () => undefined)
      expect(waited.times).toBeLessThanOrEqual(1)
    })
  })

  it('holds those of many accounts on one connection, and gives it back with the last', async () => {
    await withTwo(async (one, other) => {
      const last = Promise.withResolvers<void>()
      const first = Promise.withResolvers<void>()
      const inside = [ACCOUNT, ...OTHERS].map((account) => {
        const begun = Promise.withResolvers<void>()
        const done = one.locks.hold(account, tools(), never, () => {
          begun.resolve()
          return account === ACCOUNT ? last.promise : first.promise
        })
        return { begun: begun.promise, done }
      })
      await Promise.all(inside.map(({ begun }) => begun))
      expect(await lockHolders(other)).toMatchObject([{ locks: 4 }])
      first.resolve()
      await Promise.all(inside.slice(1).map(({ done }) => done))
      expect(await lockHolders(other)).toMatchObject([{ locks: 1 }])
      last.resolve()
      await inside[0]?.done
      expect(await lockHolders(other)).toEqual([])
    })
  })

  it('is taken on a new connection when the one of the others broke, whose work goes on', async () => {
    await withTwo(async (one, other) => {
      const [second = ACCOUNT] = OTHERS
      const { waited, ...waiting } = tools()
      await one.locks.hold(ACCOUNT, tools(), never, async () => {
        const [holder] = await lockHolders(other)
        await other.warehouse.use((session) =>
          session.query('SELECT pg_terminate_backend($1)', [holder?.pid]),
        )
        await one.locks.hold(second, waiting, never, async () => {
          const [next, ...more] = await lockHolders(other)
          expect(next).toMatchObject({ locks: 1 })
          expect(next?.pid).not.toBe(holder?.pid)
          expect(more).toEqual([])
        })
      })
      expect(waited.times).toBe(0)
      expect(await lockHolders(other)).toEqual([])
    })
  })

  it('fails when no connection can be had', async () => {
    await withTwo(async (one) => {
      await one.warehouse.close()
      await expect(one.locks.hold(ACCOUNT, tools(), never, async () => 'never')).rejects.toThrow()
    })
  })
})
