import pg from 'pg'
import { expect, inject, it, onTestFinished } from 'vitest'
import { createSimulator } from '../../src/simulator/app.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { createCommandLine, createServedCommandLine } from '../support/command-line.ts'
import { NOW } from '../support/test-sync.ts'
import { eveningClock } from '../worker/support/test-fleet.ts'

const DAYS = 3

function options() {
  const world = createWorld({ nowMs: NOW, seed: 3, accounts: 2, ads: 3, days: DAYS })
  const clock = eveningClock()
  return { clock, fetch: createSimulator({ world, clock }).fetch }
}

/** A command line on the server, whose queue goes with the test. */
async function served() {
  const commandLine = await createServedCommandLine(options())
  onTestFinished(async () => {
    const client = new pg.Client({ connectionString: inject('databaseUrl') })
    await client.connect()
    await client.query('SET client_min_messages TO warning')
    await client.query(`DROP SCHEMA IF EXISTS "${commandLine.warehouse.schema}_queue" CASCADE`)
    await client.end()
  })
  return commandLine
}

it('sync --queue is done by a worker, and ends as a sync does', async () => {
  const fbads = await served()
  const stop = new AbortController()
  const worker = fbads.runUntil(stop.signal, 'worker', '--concurrency', '4')
  const { status, stdout } = await fbads.run('sync', '--queue', '--days', String(DAYS), '--json')
  expect(status).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    status: 'succeeded',
    slices: { planned: 18, loaded: 18, failed: 0, skipped: 0 },
    accounts: [expect.stringMatching(/^act_/), expect.stringMatching(/^act_/)],
  })
  stop.abort(new Error('enough'))
  const ended = await worker
  expect(ended.status).toBe(0)
  expect(ended.stdout).toContain('Sync succeeded')

  const shown = await fbads.run('status', '--follow')
  expect(shown.status).toBe(0)
  expect(shown.stdout).toContain('18 slices loaded')
  expect((await fbads.run('retry')).stdout).toContain('has no request that failed')
  expect((await fbads.run('status')).stdout).toMatch(/Queue\n.*\n.*\n +1 +succeeded/)
}, 120_000)

it('sync --queue --detach leaves its requests to whoever comes', async () => {
  const fbads = await served()
  const { status, stdout } = await fbads.run('sync', '--queue', '--detach', '--days', '2', '--json')
  expect(status).toBe(0)
  expect(JSON.parse(stdout)).toEqual({ run_id: '1', requests: 10 })
  const { stdout: shown } = await fbads.run('status', '--json')
  expect(JSON.parse(shown).queue.runs).toMatchObject([{ run_id: '1', open: '10', failed: '0' }])
}, 60_000)

it.each([[['worker']], [['schedule']], [['retry']], [['sync', '--queue']]])(
  '%s needs a server, and says so',
  async (args) => {
    const fbads = await createCommandLine(options())
    const { status, stderr } = await fbads.run(...args)
    expect(status).toBe(2)
    expect(stderr).toContain('The queue needs a PostgreSQL server')
  },
)

it('refuses --detach without --queue, a wrong number of requests, and an unreadable schedule', async () => {
  const fbads = await createCommandLine({
    ...options(),
    environment: {
      FBADS_SCHEDULES: '[{"name":"a","cron":"61 5 * * *"}]',
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    },
  })
  expect(await fbads.run('sync', '--detach')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('--detach needs --queue'),
  })
  expect(await fbads.run('worker', '--concurrency', '0')).toMatchObject({ status: 2 })
  const { status, stderr } = await fbads.run('schedule')
  expect(status).toBe(2)
  expect(stderr).toContain('the schedule "a" has the cron expression "61 5 * * *"')
})
