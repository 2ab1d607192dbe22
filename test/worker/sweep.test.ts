import { expect, it } from 'vitest'
import { reopenRequests } from '../../src/load/queue/request-states.ts'
import { reopenRun } from '../../src/load/queue/runs.ts'
import type { Clock } from '../../src/model/clock.ts'
import { createSimulator } from '../../src/simulator/app.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { Sweep } from '../../src/worker/sweep.ts'
import { NOW } from '../support/test-sync.ts'
import { queueWarehouses } from './support/queue-warehouse.ts'
import { eveningClock } from './support/test-fleet.ts'

const { openWarehouse, openFleet } = queueWarehouses()

/** Time that also goes by at once. */
function skippingClock(): Clock & { skip(ms: number): void } {
  const clock = eveningClock()
  let skippedMs = 0
  return {
    ...clock,
    now: () => clock.now() + skippedMs,
    skip(ms) {
      skippedMs += ms
    },
  }
}

async function planned() {
  const warehouse = await openWarehouse()
  const clock = skippingClock()
  const world = createWorld({ nowMs: NOW, seed: 7, accounts: 1, ads: 2, days: 2 })
  const { fetch } = createSimulator({ world, clock: eveningClock() })
  const fleet = await openFleet(warehouse, [{ name: 'default', fetch }], { clock })
  const sweep = new Sweep(fleet.fleet)
  const runId = await fleet.plan({ days: 2 })
  return { warehouse, clock, fleet, sweep, runId }
}

it('puts requests into an emptied queue again, once nothing has ended for long', async () => {
  const { fleet, sweep, clock } = await planned()
  const { boss } = fleet.fleet.queue
  await boss.deleteAllJobs()
  clock.skip(6 * 60_000)
  await sweep.run()
  expect(await fleet.fleet.queue.take(10, 10)).toEqual([])
  clock.skip(6 * 60_000)
  await sweep.run()
  clock.skip(6 * 60_000)
  await sweep.run()
  const taken = await fleet.fleet.queue.take(10, 10)
  expect(taken.map(({ data }) => data.requestId).toSorted()).toEqual(
    [...new Set(taken.map(({ data }) => data.requestId))].toSorted(),
  )
  expect(taken).toHaveLength(4)
})

it('fails what the queue has given up, and closes the run whose last request that was', async () => {
  const { fleet, sweep } = await planned()
  const { queue } = fleet.fleet
  for (;;) {
    const jobs = await queue.take(10, 10)
    if (jobs.length === 0) {
      await sweep.run()
      if (fleet.closed.length > 0) break
      continue
    }
    // As a job whose tries are used up.
    for (const job of jobs)
      await queue.boss
        .getDb()
        .executeSql(`UPDATE "${fleet.fleet.warehouse.schema}_queue".job SET retry_limit = 0 WHERE id = $1`, [
          job.id,
        ])
    for (const job of jobs) await queue.failed(job, new Error('the disk is full'))
  }
  const [summary] = fleet.closed
  expect(summary).toMatchObject({ status: 'failed', slices: { planned: 6, failed: 6 } })
  expect(summary?.failedRequests.map(({ error }) => error.message)).toEqual(Array(3).fill('the disk is full'))
})

it('closes a run whose planning was cut off, after some minutes', async () => {
  const { warehouse, fleet, sweep, clock, runId } = await planned()
  await warehouse.use((session) =>
    session.query('UPDATE etl_run SET planned_at = NULL WHERE run_id = $1', [runId]),
  )
  await warehouse.use((session) => session.query(`UPDATE etl_request SET status = 'done'`))
  await sweep.run()
  expect(fleet.closed).toEqual([])
  clock.skip(6 * 60_000)
  await sweep.run()
  expect(fleet.closed).toMatchObject([{ runId, status: 'partial' }])
})

it('knows after a retry, too, that accounts are missing in it', async () => {
  const { warehouse, fleet, sweep, clock, runId } = await planned()
  await warehouse.use(async (session) => {
    await session.query('UPDATE etl_run SET planned_at = NULL WHERE run_id = $1', [runId])
    await session.query("UPDATE etl_request SET status = 'failed', error = 'x', ended_at = now()")
  })
  clock.skip(6 * 60_000)
  await sweep.run()
  expect(fleet.closed).toMatchObject([{ status: 'failed' }])
  await warehouse.use((session) =>
    session.transaction(async () => {
      const { waiting } = await reopenRequests(session, runId)
      await reopenRun(session, runId)
      await fleet.fleet.queue.send(session, waiting)
    }),
  )
  fleet.work()
  expect(await fleet.untilClosed(2)).toMatchObject({ status: 'partial', slices: { failed: 0, skipped: 0 } })
}, 60_000)
