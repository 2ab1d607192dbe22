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
  let finished = 0
  let begun = false
  const ended = shares.share(id, async (workers) => {
    begun = true
    const task = () => new Promise<void>((resolve) => open.push(resolve))
    await Promise.all(Array.from({ length: tasks }, () => workers(task)))
  })
  return {
    id,
    open,
    ended,
    /** Tasks that have not ended. */
    get left() {
      return tasks - finished
    },
    get begun() {
      return begun
    },
    finishOne() {
      const task = open.shift()
      if (task) finished += 1
      task?.()
    },
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('the shares of the workers', () => {
  it('leave no worker idle and no account behind, whichever accounts wait for their rate limit', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 }),
        fc.nat(7),
        fc.infiniteStream(fc.nat(100)),
        async (workers, tasksOf, blocked, picks) => {
          const shares = new WorkerShares(workers)
          const accounts = tasksOf.map((tasks, number) => createAccount(shares, number, tasks))
          const left = new Set(accounts)
          for (const account of accounts) void account.ended.then(() => left.delete(account))
          await turn()
          const waiting = accounts.slice(0, Math.min(blocked, workers)).filter(({ open }) => open.length > 0)
          for (const { id } of waiting) shares.waits(id)
          const others = accounts.filter((account) => !waiting.includes(account))
          for (;;) {
            await turn()
            const open = others.flatMap((account) => account.open.map(() => account))
            const unfinished = others.filter((account) => left.has(account))
            const tasks = unfinished.slice(0, workers).reduce((sum, account) => sum + account.left, 0)
            expect(open.length).toBe(Math.min(workers, tasks))
            const [pick = 0] = picks.take(1)
            const account = open[pick % Math.max(1, open.length)]
            if (account === undefined) break
            const before = others.map((other) => other.open.length)
            const begun = others.filter((other) => left.has(other) && other.begun)
            account.finishOne()
            await turn()
            // A worker that is free goes to nobody who has more than another who could use it.
            const gainer = others.findIndex((other, i) => other.open.length > (before[i] ?? 0))
            const idle = begun.filter((other) => other.left > 0 && other.open.length === 0)
            if ((others[gainer]?.open.length ?? 0) > 1) expect(idle).toEqual([])
          }
          for (const account of waiting)
            while (left.has(account)) {
              account.finishOne()
              await turn()
            }
        },
      ),
    )
  })
})

describe('a worker that is free before its task has ended', () => {
  it('takes the next, so that twice as many tasks as workers are on their way at most', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.record({ frees: fc.boolean(), pick: fc.nat(20) }), { maxLength: 40 }),
        async (workers, tasks, steps) => {
          const shares = new WorkerShares(workers)
          const running: { free: () => void; end: () => void; isFinishing: boolean }[] = []
          let begun = 0
          let ended = 0
          const all = shares.share(parseAccountId('1'), (run) =>
            Promise.all(
              Array.from({ length: tasks }, () =>
                run(
                  (free) =>
                    new Promise<void>((end) => {
                      begun += 1
                      running.push({ free, end, isFinishing: false })
                    }),
                ),
              ),
            ),
          )
          await turn()
          const end = async (index: number) => {
            const [task] = running.splice(index, 1)
            ended += 1
            task?.end()
            await turn()
          }
          for (const { frees, pick } of steps) {
            const index = pick % Math.max(1, running.length)
            const task = running[index]
            if (task === undefined) break
            if (!frees) await end(index)
            else if (running.filter(({ isFinishing }) => isFinishing).length < workers) {
              task.isFinishing = true
              task.free()
              task.free()
            } else task.free()
            const finishing = running.filter(({ isFinishing }) => isFinishing).length
            expect(begun).toBe(Math.min(tasks, ended + finishing + workers))
          }
          while (running.length > 0) await end(0)
          expect(begun).toBe(tasks)
          await all
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
