import { describe, expect, it } from 'vitest'
import { differences, readContents } from '../../scripts/torture/kill/contents.ts'
import type { Fetch } from '../../src/extract/fetch.ts'
import { createAccountLocks } from '../../src/load/account-lock.ts'
import { reopenRequests } from '../../src/load/queue/request-states.ts'
import { readWaiting } from '../../src/load/queue/requests.ts'
import { reopenRun } from '../../src/load/queue/runs.ts'
import { Slots } from '../../src/load/queue/slots.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { createSimulator } from '../../src/simulator/app.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { closeRun } from '../../src/worker/close-run.ts'
import { handleRequest } from '../../src/worker/handle-request.ts'
import { WorkRun } from '../../src/worker/work-run.ts'
import { NOW } from '../support/test-sync.ts'
import { queueWarehouses } from './support/queue-warehouse.ts'
import { eveningClock, type TestFleet } from './support/test-fleet.ts'

const { openWarehouse, openFleet } = queueWarehouses()
const DAYS = 6

const newWorld = (accounts = 2) => createWorld({ nowMs: NOW, seed: 7, accounts, ads: 4, days: DAYS })
const serve = (world = newWorld()): Fetch => createSimulator({ world, clock: eveningClock() }).fetch
const contents = (warehouse: Warehouse) => warehouse.use((session) => readContents(session, warehouse.schema))
const unaborted = () => new AbortController().signal

function statuses(warehouse: Warehouse): Promise<Record<string, unknown>[]> {
  return warehouse.use((session) =>
    session.query(
      `SELECT source, status, count(*)::integer AS requests FROM etl_request GROUP BY 1, 2 ORDER BY 1, 2`,
    ),
  )
}

/** What a run leaves that nothing has disturbed. */
async function undisturbed(): Promise<Awaited<ReturnType<typeof contents>>> {
  const warehouse = await openWarehouse()
  const fleet = await openFleet(warehouse, [{ name: 'default', fetch: serve() }])
  await fleet.plan({ days: DAYS })
  fleet.work()
  await fleet.untilClosed()
  return contents(warehouse)
}

async function take(fleet: TestFleet) {
  const [job] = await fleet.fleet.queue.take(1, 10)
  const request = job && (await readWaiting(fleet.fleet.warehouse, job.data.requestId))
  if (!job || !request) throw new Error('nothing to take')
  return { job, request }
}

describe('a worker', () => {
  it('does no harm with a request that another does, too', async () => {
    const warehouse = await openWarehouse()
    const fleet = await openFleet(warehouse, [{ name: 'default', fetch: serve() }])
    const runId = await fleet.plan({ days: DAYS })
    const [source] = fleet.fleet.sources
    if (!source) throw new Error('no source')
    for (let taken = 0; taken < 5; taken += 1) {
      const { job, request } = await take(fleet)
      const twice = [0, 1].map(() =>
        handleRequest(job, request, source, new WorkRun(runId, () => undefined), fleet.fleet, unaborted()),
      )
      await Promise.all(twice)
    }
    fleet.work()
    const summary = await fleet.untilClosed()
    expect(summary).toMatchObject({ status: 'succeeded' })
    expect(fleet.closed).toHaveLength(1)
    expect(differences(await contents(warehouse), await undisturbed())).toEqual([])
  })

  it('gives back what is at work when its time of grace is over, and another ends it', async () => {
    const warehouse = await openWarehouse()
    let isStuck = true
    const answer = serve()
    const fetch: Fetch = async (input, init) => {
      if (isStuck && init && String(input).includes('insights'))
        await new Promise((_, reject) =>
          init.signal?.addEventListener('abort', () => reject(init.signal?.reason)),
        )
      return answer(input, init)
    }
    const fleet = await openFleet(warehouse, [{ name: 'default', fetch }])
    await fleet.plan({ days: DAYS })
    const { stop, worker } = fleet.work({ graceMs: 100 })
    await expect.poll(() => worker.busy, { timeout: 20_000 }).toBe(4)
    await stop()
    isStuck = false
    fleet.work()
    expect(await fleet.untilClosed()).toMatchObject({ status: 'succeeded' })
    expect(differences(await contents(warehouse), await undisturbed())).toEqual([])
  })

  it('puts a request off while a rate limit holds it up, and loses nothing of it', async () => {
    const warehouse = await openWarehouse()
    let refusals = 3
    const answer = serve()
    const fetch: Fetch = async (input, init) => {
      if (refusals > 0 && String(input).includes('/insights')) {
        refusals -= 1
        return throttled()
      }
      return answer(input, init)
    }
    const fleet = await openFleet(warehouse, [{ name: 'default', fetch, mostWaitMs: 100 }])
    await fleet.plan({ days: DAYS })
    fleet.work()
    expect(await fleet.untilClosed()).toMatchObject({ status: 'succeeded' })
    const [{ postponed }] = (await warehouse.use((session) =>
      session.query('SELECT sum(postponed)::integer AS postponed FROM etl_request'),
    )) as [{ postponed: number }]
    expect(postponed).toBeGreaterThan(0)
    expect(differences(await contents(warehouse), await undisturbed())).toEqual([])
  }, 120_000)

  it('gives up the accounts of a token that is refused, and no others; a retry brings them', async () => {
    const warehouse = await openWarehouse()
    const [mine, theirs] = [
      newWorld(1),
      createWorld({ nowMs: NOW, seed: 8, accounts: 1, ads: 3, days: DAYS }),
    ]
    let isDead = false
    const answer = serve(theirs)
    const fetch: Fetch = async (input, init) => (isDead ? expired() : answer(input, init))
    const fleet = await openFleet(warehouse, [
      { name: 'mine', fetch: serve(mine) },
      { name: 'theirs', fetch },
    ])
    const runId = await fleet.plan({ days: DAYS })
    isDead = true
    const { stop } = fleet.work()
    const summary = await fleet.untilClosed()
    expect(summary.status).toBe('partial')
    expect(summary.failedAccounts.map(({ accountId }) => accountId)).toEqual([theirs.accounts[0]?.id])
    expect((await statuses(warehouse)).filter(({ source }) => source === 'mine')).toEqual([
      { source: 'mine', status: 'done', requests: 8 },
    ])
    await stop()

    isDead = false
    await warehouse.use((session) =>
      session.transaction(async () => {
        const { all, waiting } = await reopenRequests(session, runId)
        expect(all).toBeGreaterThan(0)
        await reopenRun(session, runId)
        await fleet.fleet.queue.send(session, waiting)
      }),
    )
    fleet.work()
    expect(await fleet.untilClosed(2)).toMatchObject({ status: 'succeeded', failedAccounts: [] })
    expect(await statuses(warehouse)).toEqual([
      { source: 'mine', status: 'done', requests: 8 },
      { source: 'theirs', status: 'done', requests: 8 },
    ])
  }, 120_000)

  it('waits for a sync that needs no queue and has the account', async () => {
    const warehouse = await openWarehouse()
    const fleet = await openFleet(warehouse, [{ name: 'default', fetch: serve(newWorld(1)) }])
    await fleet.plan({ days: DAYS })
    const accountId = newWorld(1).accounts[0]?.id
    if (!accountId) throw new Error('no account')
    const locks = createAccountLocks(warehouse)
    const tools = { onWait: () => undefined, sleep: fleet.fleet.clock.sleep }
    await locks.hold(accountId, tools, unaborted(), async () => {
      fleet.work()
      await fleet.fleet.clock.sleep(1_500, unaborted())
      expect(await statuses(warehouse)).toEqual([
        { source: 'default', status: 'blocked', requests: 1 },
        { source: 'default', status: 'waiting', requests: 7 },
      ])
    })
    expect(await fleet.untilClosed()).toMatchObject({ status: 'succeeded' })
  }, 60_000)
})

describe('the places of an account', () => {
  it('are as many as are allowed, over all processes, and come back', async () => {
    const warehouse = await openWarehouse()
    const [one, other] = [new Slots(warehouse), new Slots(warehouse)]
    const accountId = newWorld(1).accounts[0]?.id
    if (!accountId) throw new Error('no account')
    const groups = [{ name: 'account', most: 3 }]
    const taken = await Promise.all(
      [one, other, one, other, one].map((slots) => slots.take(accountId, groups)),
    )
    expect(taken.filter((place) => place !== null)).toHaveLength(3)
    for (const giveBack of taken) await giveBack?.()
    const again = await other.take(accountId, groups)
    expect(again).not.toBeNull()
    await one.close()
    await other.close()
  })
})

function throttled(): Awaited<ReturnType<Fetch>> {
  return new Response(
    JSON.stringify({
      error: { message: '(#17) User request limit reached', type: 'OAuthException', code: 17 },
    }),
    { status: 400, headers: { 'content-type': 'application/json' } },
  ) as unknown as Awaited<ReturnType<Fetch>>
}

function expired(): Awaited<ReturnType<Fetch>> {
  return new Response(
    JSON.stringify({
      error: { message: 'Session has expired', type: 'OAuthException', code: 190, error_subcode: 463 },
    }),
    { status: 400, headers: { 'content-type': 'application/json' } },
  ) as unknown as Awaited<ReturnType<Fetch>>
}

describe('a retry', () => {
  /** A run whose requests have all ended, some of them as `change` says. */
  async function ended(change: string) {
    const warehouse = await openWarehouse()
    const fleet = await openFleet(warehouse, [{ name: 'default', fetch: serve(newWorld(1)) }])
    const runId = await fleet.plan({ days: DAYS })
    const { stop } = fleet.work()
    await fleet.untilClosed()
    await stop()
    await warehouse.use((session) => session.query(`UPDATE etl_request SET status = 'failed', ${change}`))
    const retry = () =>
      warehouse.use((session) =>
        session.transaction(async () => {
          await reopenRun(session, runId)
          await fleet.fleet.queue.send(session, (await reopenRequests(session, runId)).waiting)
        }),
      )
    return { warehouse, fleet, retry }
  }

  it('of what follows the others alone comes to its end', async () => {
    const { fleet, retry } = await ended("error = 'x' WHERE kind = 'rest'")
    await retry()
    fleet.work()
    expect(await fleet.untilClosed(2)).toMatchObject({ status: 'succeeded' })
  }, 60_000)

  it('counts each slice once, however often it failed', async () => {
    const { fleet, retry } = await ended(
      "error = 'x', outcome = jsonb_build_object('failed', until - since + 1, 'unchanged', 0) WHERE kind = 'facts'",
    )
    await retry()
    fleet.work()
    const { slices } = await fleet.untilClosed(2)
    expect(slices).toMatchObject({ planned: 3 * DAYS, loaded: 3 * DAYS, failed: 0, skipped: 0 })
  }, 60_000)
})

it('a run goes on that is taken up again while it is being closed', async () => {
  const warehouse = await openWarehouse()
  const fleet = await openFleet(warehouse, [{ name: 'default', fetch: serve(newWorld(1)) }])
  const runId = await fleet.plan({ days: DAYS })
  await warehouse.use((session) => session.query("UPDATE etl_request SET status = 'failed', error = 'x'"))
  const checked = Promise.withResolvers<void>()
  const reopened = Promise.withResolvers<void>()
  const halting: Warehouse = {
    ...warehouse,
    use: (body) =>
      warehouse.use((session) =>
        body({
          ...session,
          async query(sql, params) {
            if (sql.includes('DELETE FROM etl_check')) {
              checked.resolve()
              await reopened.promise
            }
            return session.query(sql, params)
          },
        }),
      ),
  }
  const closing = closeRun({ ...fleet.fleet, warehouse: halting }, runId)
  await checked.promise
  await warehouse.use((session) =>
    session.transaction(async () => {
      const { waiting } = await reopenRequests(session, runId)
      await reopenRun(session, runId)
      await fleet.fleet.queue.send(session, waiting)
    }),
  )
  reopened.resolve()
  await closing
  expect(fleet.closed).toEqual([])
  fleet.work()
  expect(await fleet.untilClosed()).toMatchObject({ runId, status: 'succeeded' })
}, 60_000)

it('a run whose token is refused tells its source', async () => {
  const warehouse = await openWarehouse()
  const world = newWorld(1)
  let isDead = false
  const answer = serve(world)
  const fetch: Fetch = async (input, init) => (isDead ? expired() : answer(input, init))
  const fleet = await openFleet(warehouse, [{ name: 'theirs', fetch }])
  await fleet.plan({ days: DAYS })
  isDead = true
  fleet.work()
  expect((await fleet.untilClosed()).stoppedSources).toMatchObject([
    { name: 'theirs', error: { message: expect.stringContaining('Session has expired') } },
  ])
  await expect(fleet.plan({ days: DAYS })).rejects.toThrow('Session has expired')
  expect(fleet.closed[1]).toMatchObject({ stoppedSources: [{ name: 'theirs' }] })
}, 60_000)
