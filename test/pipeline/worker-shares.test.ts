import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAccountId } from '../../src/model/object-id.ts'
import { WorkerShares } from '../../src/pipeline/worker-shares.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { createTestClock } from '../extract/support/test-clock.ts'
import { createTestSync, NOW } from '../support/test-sync.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

/** An account whose tasks end when they are told to. */
function createAccount(shares: WorkerShares, number: number, tasks: number) {
  const id = parseAccountId(String(number + 1))
  const open: (() => void)[] = []
  const ended = shares.share(id, async (workers) => {
    const task = () => new Promise<void>((resolve) => open.push(resolve))
    await Promise.all(Array.from({ length: tasks }, () => workers(task)))
  })
  return { id, open, ended }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('the shares of the workers', () => {
  it('let every account end whose calls do not wait, as many at a time as there are workers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 }),
        fc.nat(7),
        async (workers, tasksOf, blocked) => {
          const shares = new WorkerShares(workers)
          const accounts = tasksOf.map((tasks, number) => createAccount(shares, number, tasks))
          await turn()
          const waiting = accounts.slice(0, Math.min(blocked, workers))
          for (const { id, open } of waiting) if (open.length > 0) shares.waits(id)
          const others = accounts.filter((account) => !waiting.includes(account))
          const left = new Set(others)
          for (const account of others) account.ended.then(() => left.delete(account))
          for (;;) {
            await turn()
            const busy = others.filter(({ open }) => open.length > 0)
            expect(busy.length).toBe(Math.min(workers, left.size))
            if (busy.length === 0) break
            busy[0]?.open.shift()?.()
          }
          for (const { open, ended } of waiting) {
            const over = ended.then(() => true)
            while (!(await Promise.race([over, turn().then(() => false)]))) open.shift()?.()
          }
        },
      ),
    )
  })
})

describeOnEachWarehouse('an account that waits for its rate limit', (open) => {
  it('keeps no place from the others', async () => {
    const world = createWorld({ seed: 3, accounts: 5, ads: 3, nowMs: NOW, days: 4 })
    const [last] = world.accounts.slice(-1)
    const lastIsLoaded = Promise.withResolvers<void>()
    const clock = createTestClock(() => 0.5, NOW)
    const sync = createTestSync(await open(), {
      world,
      settings: { maxWorkers: 2, chunkDays: 4, firstPullDays: 4, reports: ['core'] },
      clock: {
        ...clock,
        now: () => clock.now(),
        async sleep(ms, signal) {
          if (ms > 60_000) await lastIsLoaded.promise
          await clock.sleep(ms, signal)
        },
      },
    })
    for (const { id } of world.accounts.slice(0, -1))
      sync.simulator.fail({ error: 'business-insights', match: { id: `act_${id}`, edge: 'insights' } })
    const { summary } = await sync.run(null, {
      onEvent: (event) => {
        if (event.type === 'loaded' && event.request.accountId === last?.id) lastIsLoaded.resolve()
      },
    })
    expect(summary).toMatchObject({ status: 'succeeded', slices: { failed: 0, skipped: 0 } })
  }, 30_000)
})
