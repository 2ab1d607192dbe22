import { describe, expect, it } from 'vitest'
import { withAccountLock } from '../../src/load/account-lock.ts'
import { openPostgres } from '../../src/load/postgres.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import { ACCOUNT } from '../support/fact-rows.ts'
import { serverOptions } from '../support/warehouses.ts'

const never = new AbortController().signal

/** Two processes on one warehouse. */
async function withTwo(body: (one: Warehouse, other: Warehouse) => Promise<void>): Promise<void> {
  const options = serverOptions()
  const [one, other] = await Promise.all([openPostgres(options), openPostgres(options)])
  try {
    await body(one, other)
  } finally {
    await Promise.all([one.close(), other.close()])
  }
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

describe('the lock of an ad account', () => {
  it('makes a second process wait until the first one is done, and says so once', async () => {
    await withTwo(async (one, other) => {
      const order: string[] = []
      const { waited, ...second } = tools()
      await withAccountLock(one, ACCOUNT, tools(), never, async () => {
        const waiting = withAccountLock(other, ACCOUNT, second, never, async () => order.push('second'))
        while (waited.polls < 3) await new Promise((resolve) => setTimeout(resolve, 2))
        order.push('first')
        return { waiting }
      }).then(({ waiting }) => waiting)
      expect(order).toEqual(['first', 'second'])
      expect(waited.times).toBe(1)
    })
  })

  it('lets another account pass', async () => {
    await withTwo(async (one, other) => {
      const { waited, ...second } = tools()
      const inside = () => withAccountLock(other, parseAccountId('2004'), second, never, async () => 'passed')
      expect(await withAccountLock(one, ACCOUNT, tools(), never, inside)).toBe('passed')
      expect(waited.times).toBe(0)
    })
  })

  it('is not waited for any longer than wanted', async () => {
    await withTwo(async (one, other) => {
      const abort = new AbortController()
      const stop = { ...tools(), onWait: () => abort.abort(new Error('stopped')) }
      await withAccountLock(one, ACCOUNT, tools(), never, async () => {
        const waiting = withAccountLock(other, ACCOUNT, stop, abort.signal, async () => 'never')
        await expect(waiting).rejects.toThrow('stopped')
      })
    })
  })

  it('is free again after a failure, and after the death of its process', async () => {
    await withTwo(async (one, other) => {
      const failing = withAccountLock(one, ACCOUNT, tools(), never, () => Promise.reject(new Error('failed')))
      await expect(failing).rejects.toThrow('failed')
      const dead = withAccountLock(one, ACCOUNT, tools(), never, () => one.close())
      await dead
      const { waited, ...second } = tools()
      await withAccountLock(other, ACCOUNT, second, never, async () => undefined)
      expect(waited.times).toBeLessThanOrEqual(1)
    })
  })
})
