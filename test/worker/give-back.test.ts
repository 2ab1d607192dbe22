import { expect, it, onTestFinished } from 'vitest'
import { migrate } from '../../src/load/migrate.ts'
import { openPostgres } from '../../src/load/postgres.ts'
import { insertRequests } from '../../src/load/queue/requests.ts'
import { startQueuedRun } from '../../src/load/queue/runs.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import type { QueuedRequest } from '../../src/model/queued-request.ts'
import type { Fleet } from '../../src/worker/fleet.ts'
import { giveBack } from '../../src/worker/handle-request.ts'
import { Queue, queueSchema, type TakenRequest } from '../../src/worker/queue.ts'
import { serverOptions } from '../support/warehouses.ts'
import { createIdleFleet } from './support/idle-fleet.ts'

const HOUR_MS = 3_600_000

/** A request that a worker has taken, whose clock is an hour ahead. */
async function takeOne(): Promise<{ fleet: Fleet; job: TakenRequest; request: QueuedRequest }> {
  const options = serverOptions()
  const warehouse = await openPostgres(options)
  await migrate(warehouse)
  const queue = await Queue.open({
    connectionString: options.connectionString,
    schema: options.schema,
    supervises: false,
    fires: false,
    onError: () => undefined,
  })
  onTestFinished(async () => {
    await queue.close()
    for (const schema of [options.schema, queueSchema(options.schema)])
      await warehouse.use((session) => session.query(`DROP SCHEMA "${schema}" CASCADE`))
    await warehouse.close()
  })
  const fleet = createIdleFleet(warehouse, queue, () => Date.now() + HOUR_MS)
  const asked = { days: null, accounts: 'all', reports: ['core'] } as const
  const runId = (await startQueuedRun(warehouse, asked, null, Date.now())) ?? ''
  const planned = {
    source: 'default',
    accountId: parseAccountId('7'),
    kind: 'objects',
    facts: null,
    priority: 0,
  } as const
  const [request] = await warehouse.use((session) => insertRequests(session, runId, [planned]))
  if (request === undefined) throw new Error('nothing was planned')
  await warehouse.use((session) => queue.send(session, [request]))
  const [job] = await queue.take(1, 4)
  if (job === undefined) throw new Error('nothing was taken')
  return { fleet, job, request }
}

it('a worker whose clock is an hour ahead keeps nobody from what it gives back', async () => {
  const { fleet, job, request } = await takeOne()
  await giveBack(job, request, fleet, 0)
  const [again] = await fleet.queue.take(1, 4)
  expect(again?.data).toEqual({ requestId: request.requestId })

  if (again) await giveBack(again, request, fleet, 60_000)
  expect(await fleet.queue.take(1, 4)).toEqual([])
})

it('a worker that was silent for too long does not give back what another has taken up', async () => {
  const { fleet, job, request } = await takeOne()
  const { warehouse } = fleet
  const jobs = `${queueSchema(warehouse.schema)}.job`
  await warehouse.use((session) => session.query(`UPDATE ${jobs} SET retry_count = retry_count + 1`))
  await giveBack(job, request, fleet, 0)
  const rows = await warehouse.use((session) =>
    session.query(`SELECT state::text AS state FROM ${jobs} WHERE name = 'requests'`),
  )
  expect(rows).toEqual([{ state: 'active' }])
})
