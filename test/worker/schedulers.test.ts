import { TestClock } from 'pg-boss'
import { expect, it, onTestFinished } from 'vitest'
import { migrate } from '../../src/load/migrate.ts'
import { openPostgres } from '../../src/load/postgres.ts'
import type { Schedule } from '../../src/model/schedule.ts'
import { Queue, queueSchema } from '../../src/worker/queue.ts'
import { startFiring } from '../../src/worker/start-firing.ts'
import { sendSkipped, storeSchedules } from '../../src/worker/store-schedules.ts'
import { unaborted } from '../extract/support/test-api.ts'
import { serverOptions } from '../support/warehouses.ts'
import { createIdleFleet } from './support/idle-fleet.ts'

const SECOND_MS = 1_000
/** The names that pg-boss gives the queue in which it passes on what is due. */
const PASSED_ON = '__pgboss__send-it'

/** Schedulers of one warehouse on one clock, and workers that take what they send. */
interface Schedulers {
  readonly clock: TestClock
  readonly queues: readonly [Queue, Queue]
  /** As a process that is killed: with what it has taken of what is due, and has not yet passed on. */
  killSecond(): Promise<void>
  store(schedules: readonly Schedule[]): Promise<void>
  /** Goes on in steps in which no scheduler misses its turn. */
  pass(seconds: number): Promise<void>
  /** What has started runs so far, in order. */
  firings(): Promise<string[]>
  /** How often a schedule was sent, whatever became of it. */
  sent(): number
}

async function openSchedulers(start: string): Promise<Schedulers> {
  const clock = new TestClock(start)
  const options = serverOptions()
  const warehouse = await openPostgres(options)
  await migrate(warehouse)
  const openQueue = () =>
    Queue.open({
      connectionString: options.connectionString,
      schema: warehouse.schema,
      supervises: true,
      fires: true,
      onError: (error) => {
        throw error
      },
      clock,
    })
  const queues = [await openQueue(), await openQueue()] as const
  onTestFinished(async () => {
    for (const queue of queues) await queue.close()
    for (const schema of [warehouse.schema, queueSchema(warehouse.schema)])
      await warehouse.use((session) => session.query(`DROP SCHEMA "${schema}" CASCADE`))
    await warehouse.close()
  })
  let sent = 0
  let alive: readonly Queue[] = queues
  return {
    clock,
    queues,
    async killSecond() {
      await queues[1].boss.fetch(PASSED_ON, { batchSize: 20 })
      await queues[1].close()
      alive = [queues[0]]
    },
    async store(schedules) {
      for (const queue of queues) await storeSchedules(queue, schedules, [])
    },
    async pass(seconds) {
      for (let passed = 0; passed < seconds; passed += 10) await clock.tick(10 * SECOND_MS)
    },
    async firings() {
      for (const queue of alive) {
        for (;;) {
          const [job] = await queue.takeFirings()
          if (job === undefined) break
          sent += 1
          await startFiring(
            createIdleFleet(warehouse, queue, () => clock.now()),
            job,
            unaborted(),
          )
          await queue.done(job)
        }
      }
      const rows = await warehouse.use((session) =>
        session.query('SELECT firing FROM etl_run ORDER BY run_id'),
      )
      return rows.map(({ firing }) => String(firing))
    },
    sent: () => sent,
  }
}

/** Fifty that are due in one minute, and fifty in the next. */
const HUNDRED: readonly Schedule[] = Array.from({ length: 100 }, (_, i) => ({
  name: `s${i}`,
  cron: `${i % 2} 5 * * *`,
  timeZone: 'UTC',
}))

it('of a hundred schedules that two schedulers fire, each starts one run', { timeout: 300_000 }, async () => {
  const schedulers = await openSchedulers('2026-11-05T04:58:40Z')
  await schedulers.store(HUNDRED)
  await schedulers.pass(200)
  const firings = await schedulers.firings()
  expect(firings.toSorted()).toEqual(
    HUNDRED.map(({ name }, i) => `${name} UTC 2026-11-05 05:0${i % 2}`).toSorted(),
  )
})

it('what a scheduler had in hand when it died, the other one fires, once', { timeout: 300_000 }, async () => {
  const schedulers = await openSchedulers('2026-11-05T04:58:40Z')
  await schedulers.store(HUNDRED)
  await schedulers.pass(80)
  await schedulers.killSecond()
  await schedulers.pass(20 * 60)
  const firings = await schedulers.firings()
  expect(firings).toHaveLength(100)
  expect(new Set(firings).size).toBe(100)
})

const NIGHTLY = { name: 'nightly', cron: '30 2 * * *', timeZone: 'Europe/Berlin' }

it('a night whose hour comes twice has one run', { timeout: 120_000 }, async () => {
  const schedulers = await openSchedulers('2026-10-25T00:29:20Z')
  await schedulers.store([NIGHTLY])
  await schedulers.pass(120)
  expect(await schedulers.firings()).toEqual(['nightly Europe/Berlin 2026-10-25 02:30'])
  await schedulers.clock.setTime('2026-10-25T01:29:20Z')
  await schedulers.pass(120)
  expect(await schedulers.firings()).toHaveLength(1)
  expect(schedulers.sent()).toBe(2)
})

it('a night that lacks the hour has its run in the next one', { timeout: 120_000 }, async () => {
  const schedulers = await openSchedulers('2026-03-29T00:29:20Z')
  await schedulers.store([NIGHTLY])
  for (const from of ['2026-03-29T00:29:20Z', '2026-03-29T00:59:20Z', '2026-03-29T01:29:20Z']) {
    await schedulers.clock.setTime(from)
    await schedulers.pass(120)
    for (const queue of schedulers.queues) await sendSkipped(queue, [NIGHTLY], [], schedulers.clock.now())
  }
  expect(await schedulers.firings()).toEqual(['nightly Europe/Berlin 2026-03-29 03:30'])
})
