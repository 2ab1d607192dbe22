import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { createSimulator } from '../../src/simulator/app.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { createTestClock } from '../extract/support/test-clock.ts'
import { createCommandLine } from '../support/command-line.ts'
import { NOW } from '../support/test-sync.ts'

/** A database of its own, since what everybody may do in one is changed here, and a role that may only log in. */
async function createDatabase() {
  const name = `rights_${randomUUID().slice(0, 8)}`
  const admin = new pg.Client({ connectionString: inject('databaseUrl') })
  await admin.connect()
  onTestFinished(async () => {
    await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    await admin.query(`DROP ROLE IF EXISTS ${name}_fbads, ${name}_owner`)
    await admin.end()
  })
  await admin.query(`CREATE DATABASE ${name} ENCODING 'UTF8' TEMPLATE template0`)
  await admin.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`)
  for (const role of [`${name}_fbads`, `${name}_owner`]) {
    await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`)
    await admin.query(`GRANT CONNECT ON DATABASE ${name} TO ${role}`)
  }
  const url = (user?: string) => {
    const address = new URL(inject('databaseUrl'))
    address.pathname = `/${name}`
    if (user !== undefined) Object.assign(address, { username: user, password: 'secret' })
    return String(address)
  }
  /** As the administrator of the server. */
  const change = async (sql: string) => {
    const client = new pg.Client({ connectionString: url() })
    await client.connect()
    await client.query(sql).finally(() => client.end())
  }
  return { name, role: `${name}_fbads`, owner: `${name}_owner`, url, change }
}

async function setUp() {
  const database = await createDatabase()
  const clock = createTestClock(() => 0.5, NOW)
  const world = createWorld({ seed: 7, nowMs: NOW, ads: 4, days: 3 })
  const simulator = createSimulator({ world, clock })
  const as = (user: string) =>
    createCommandLine({
      fetch: simulator.fetch,
      clock,
      environment: { DATABASE_URL: database.url(user), FBADS_SCHEMA: 'ads' },
    })
  return { ...database, fbads: await as(database.role), theirs: await as(database.owner) }
}

const SYNC = ['sync', '--days', '2', '--json', '--quiet']

/** What `doctor` says of the rights, or of the queue's. */
async function rightsOf(fbads: Awaited<ReturnType<typeof setUp>>['fbads'], name = 'rights') {
  const { status, stdout } = await fbads.run('doctor', '--json')
  const { checks } = JSON.parse(stdout)
  const found = checks.find(({ check }: { check: string }) => check === name)
  return { status, found, fix: String(found?.detail.split('permits it: ')[1] ?? '') }
}

describe('what fbads doctor says of a role that may not write', () => {
  it('is enough to sync, in a database where it has no right but to connect', async () => {
    const { fbads, role, change } = await setUp()
    expect((await fbads.run(...SYNC)).status).toBe(1)
    const { status, found, fix } = await rightsOf(fbads)
    expect({ status, found: found.status }).toEqual({ status: 1, found: 'failed' })
    expect(fix).toContain(`CREATE SCHEMA "ads" AUTHORIZATION "${role}";`)
    expect(fix).toContain('GRANT TEMPORARY ON DATABASE')
    await change(fix)
    expect((await rightsOf(fbads)).found).toMatchObject({ status: 'ok', detail: `"${role}" may write` })
    expect((await fbads.run(...SYNC)).status).toBe(0)
  })

  it('is enough to sync, where another role has made the warehouse', async () => {
    const { fbads, theirs, role, owner, change } = await setUp()
    await change(`CREATE SCHEMA ads AUTHORIZATION ${owner}`)
    await change(`GRANT TEMPORARY ON DATABASE ${owner.replace('_owner', '')} TO ${owner}, ${role}`)
    expect((await theirs.run(...SYNC)).status).toBe(0)
    const { fix } = await rightsOf(fbads)
    expect(fix).toBe(`GRANT USAGE, CREATE ON SCHEMA "ads" TO "${role}"; GRANT "${owner}" TO "${role}";`)
    await change(fix)
    expect((await rightsOf(fbads)).found.status).toBe('ok')
    expect(
      (await fbads.run('sync', '--since', '2026-09-01', '--until', '2026-09-02', '--quiet')).status,
    ).toBe(0)
  })

  it('names rights to tables that have another owner, and a session that only reads', async () => {
    const { fbads, role, change } = await setUp()
    await change(`CREATE SCHEMA ads AUTHORIZATION ${role}`)
    await change(`GRANT TEMPORARY ON DATABASE ${role.replace('_fbads', '')} TO ${role}`)
    expect((await fbads.run(...SYNC)).status).toBe(0)
    await change('ALTER TABLE ads.dim_ad OWNER TO CURRENT_USER')
    await change(`REVOKE ALL ON ads.dim_ad FROM ${role}; GRANT SELECT ON ads.dim_ad TO ${role}`)
    expect((await rightsOf(fbads)).fix).toBe(
      `GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "ads" TO "${role}";`,
    )
    await change(`ALTER ROLE ${role} SET default_transaction_read_only = on`)
    expect((await rightsOf(fbads)).found.detail).toContain('the server only reads')
  })

  it('does not go on where it may not look', async () => {
    const { fbads, owner, theirs, change } = await setUp()
    await change(`CREATE SCHEMA ads AUTHORIZATION ${owner}`)
    expect((await theirs.run('migrate')).status).toBe(0)
    const { stdout } = await fbads.run('doctor')
    expect(stdout).toMatch(/✗ rights: .*GRANT USAGE, CREATE ON SCHEMA "ads"/)
    expect(stdout).toContain('\nValidation\n– not checked: the schema cannot be read, see Load\n')
    expect(stdout).not.toContain('does not exist')
  })

  it('is enough to fill the queue, which a role without a schema for it cannot', async () => {
    const { fbads, role, change } = await setUp()
    await change(`CREATE SCHEMA ads AUTHORIZATION ${role}`)
    await change(`GRANT TEMPORARY ON DATABASE ${role.replace('_fbads', '')} TO ${role}`)
    const refused = await fbads.run('sync', '--queue', '--detach', '--days', '2')
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('docs/operations.md') })
    const { found, fix } = await rightsOf(fbads, 'queue')
    expect(found.status).toBe('warn')
    expect(fix).toBe(`CREATE SCHEMA "ads_queue" AUTHORIZATION "${role}";`)
    await change(fix)
    expect((await rightsOf(fbads, 'queue')).found).toBeUndefined()
    expect((await fbads.run('sync', '--queue', '--detach', '--days', '2')).status).toBe(0)
  })

  it('names the rights to a schema of the queue that another role has made', async () => {
    const { fbads, owner, role, change } = await setUp()
    await change(`CREATE SCHEMA ads_queue AUTHORIZATION ${owner}`)
    expect((await rightsOf(fbads, 'queue')).fix).toBe(
      `GRANT USAGE, CREATE ON SCHEMA "ads_queue" TO "${role}";`,
    )
  })
})
