import { existsSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Fetch } from '../../src/extract/fetch.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { createSimulator } from '../../src/simulator/app.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { createTestClock } from '../extract/support/test-clock.ts'
import { createCommandLine, createServedCommandLine } from '../support/command-line.ts'
import { dumpWarehouse } from '../support/dump-warehouse.ts'
import { DAY_MS, NOW } from '../support/test-sync.ts'

const SYNC = ['sync', '--days', '4', '--quiet'] as const

function simulate() {
  const clock = createTestClock(() => 0.5, NOW)
  const world = createWorld({ seed: 7, nowMs: NOW, ads: 8, days: 12 })
  const simulator = createSimulator({ world, clock })
  return { clock, world, simulator, account: String(world.accounts[0]?.id) }
}

async function setUp() {
  const simulated = simulate()
  const { clock, simulator } = simulated
  return { ...simulated, fbads: await createServedCommandLine({ fetch: simulator.fetch, clock }) }
}

describe('fbads status', () => {
  it('shows the runs, what is loaded, and the holes, and how to fill them', async () => {
    const { fbads, clock, account } = await setUp()
    await fbads.run(...SYNC)
    await fbads.warehouse.use((session) =>
      session.query("DELETE FROM etl_slice WHERE report = 'core' AND date = '2026-11-03'"),
    )
    clock.advance(1000)
    const { status, stdout } = await fbads.run('status', '--json')
    const document = JSON.parse(stdout)
    expect(status).toBe(0)
    expect(document.runs).toMatchObject([
      { run_id: '1', status: 'succeeded', since: '2026-11-02', until: '2026-11-05', error: null },
    ])
    expect(document.slices).toMatchObject([
      { account_id: account, report: 'age_gender', loaded: '4', missing: '0', failed: '0' },
      {
        account_id: account,
        report: 'core',
        since: '2026-11-02',
        until: '2026-11-05',
        loaded: '3',
        missing: '1',
      },
      { account_id: account, report: 'country', loaded: '4', missing: '0', failed: '0' },
    ])
    expect(document.holes).toEqual([
      { account_id: account, report: 'core', date: '2026-11-03', state: 'missing', attempts: 0, error: null },
    ])
    const forPeople = await fbads.run('status')
    expect(forPeople.stdout).toMatch(/core +2026-11-03 +missing/)
    expect(forPeople.stdout).toContain('the next fbads sync reads what the API still keeps')
    expect(forPeople.stderr).toBe('')
  })
})

describe('the calendar of fbads status', () => {
  /** As if a sync had loaded one day of so many accounts. */
  const addAccounts = (warehouse: Warehouse, count: number) =>
    warehouse.use((session) =>
      session.query(
        `WITH accounts AS (
           INSERT INTO dim_account (account_id, name, currency, timezone_name, account_status, updated_at)
           SELECT n, 'account ' || n, 'EUR', 'Asia/Tokyo', 'ACTIVE', now() FROM generate_series(1, ${count}) n
           RETURNING account_id
         )
         INSERT INTO etl_slice (account_id, report, date, status, row_count, attempts, run_id, attempted_at, loaded_at)
         SELECT account_id, 'core', '2026-11-04', 'loaded', 3, 1, 1, now(), '2026-11-04T12:00Z' FROM accounts`,
      ),
    )

  it('is one for each account, of many those that lack most, and of any that is asked for', async () => {
    const { fbads, account } = await setUp()
    await fbads.run(...SYNC)
    await fbads.warehouse.use((session) =>
      session.query("DELETE FROM etl_slice WHERE report = 'core' AND date = '2026-11-03'"),
    )
    await addAccounts(fbads.warehouse, 8)
    const { stdout } = await fbads.run('status')
    const heads = stdout.split('\n').filter((line) => line.includes(', days in '))
    expect(heads).toEqual([
      `act_${account} Northwind Outdoor, days in America/Los_Angeles`,
      ...[1, 2, 3, 4].map((n) => `act_${n} account ${n}, days in Asia/Tokyo`),
    ])
    expect(stdout).toContain('core        ▒○▒▒\n')
    expect(stdout).toContain('4 more accounts, none worse; fbads status --account act_…')
    const one = await fbads.run('status', '--account', '8')
    expect(one.stdout).toContain('act_8 account 8, days in Asia/Tokyo')
    expect(one.stdout).not.toContain(`act_${account}`)
    expect(one.stdout).not.toContain('none worse')
    expect(await fbads.run('status', '--account', '99')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('act_99 is not in this warehouse'),
    })
  })

  it('has with --json each day of each account, and with --days so many', async () => {
    const { fbads, account } = await setUp()
    await fbads.run(...SYNC)
    await addAccounts(fbads.warehouse, 7)
    const { stdout } = await fbads.run('status', '--json', '--days', '3')
    const { calendar } = JSON.parse(stdout)
    expect(calendar).toContainEqual({
      account_id: '7',
      timezone: 'Asia/Tokyo',
      report: 'core',
      date: '2026-11-04',
      state: 'settling',
    })
    expect(calendar.filter((day: { account_id: string }) => day.account_id === account)).toHaveLength(3 * 3)
    expect(await fbads.run('status', '--days', '0')).toMatchObject({ status: 2 })
  })
})

describe('fbads validate', () => {
  it('passes what a sync has loaded, without a call', async () => {
    const { fbads, simulator, account } = await setUp()
    await fbads.run(...SYNC)
    const calls = simulator.calls.length
    const { status, stdout } = await fbads.run('validate', '--json')
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      accounts: [account],
      since: '2026-11-02',
      until: '2026-11-05',
    })
    expect(JSON.parse(stdout).checks.map(({ status }: { status: string }) => status)).not.toContain('fail')
    expect(simulator.calls).toHaveLength(calls)
  })

  it('fails with 4 what somebody has changed since, and names account, day, both figures and the gap', async () => {
    const { fbads, account } = await setUp()
    await fbads.run(...SYNC)
    await fbads.warehouse.use((session) =>
      session.query('UPDATE fact_core_metrics SET spend = spend * 2 WHERE date_id = 20261103'),
    )
    const { status, stdout } = await fbads.run('validate')
    expect(status).toBe(4)
    expect(stdout).toMatch(
      new RegExp(
        `❌ reconciliation api: act_${account} .*2026-11-03: spend [\\d,.]+ here, [\\d,.]+ in .*gap 50`,
      ),
    )
  })

  it('looks at days that the API keeps no longer', async () => {
    const { fbads } = await setUp()
    await fbads.run(...SYNC)
    const { status, stdout } = await fbads.run('validate', '--since', '2020-01-01', '--json')
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ since: '2020-01-01' })
  })

  it('does not call it good when there is nothing to look at', async () => {
    const { fbads } = await setUp()
    await fbads.run('migrate')
    const nothing = 'Nothing is loaded of these accounts and days, so nothing was checked.\n'
    expect(await fbads.run('validate')).toMatchObject({ status: 1, stdout: nothing })
    await fbads.run(...SYNC)
    const elsewhere = await fbads.run('validate', '--since', '2026-01-01', '--until', '2026-01-05')
    expect(elsewhere).toMatchObject({ status: 1, stdout: nothing })
  })

  it('refuses an account that is not in the warehouse, and says which are', async () => {
    const { fbads, account } = await setUp()
    await fbads.run(...SYNC)
    const { status, stderr } = await fbads.run('validate', '--account', 'act_1')
    expect({ status, stderr }).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(`act_1 is not in this warehouse; it holds act_${account}`),
    })
  })
})

describe('fbads query', () => {
  it('refuses what writes, and changes nothing', async () => {
    const { fbads } = await setUp()
    await fbads.run(...SYNC)
    for (const sql of [
      'DELETE FROM dim_ad',
      'WITH gone AS (DELETE FROM etl_run RETURNING 1) SELECT 1',
      'SELECT 1; SELECT 2',
    ]) {
      const { status, stdout, stderr } = await fbads.run('query', sql)
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
      expect(stderr).toContain('The statement was not run')
    }
    const { stdout } = await fbads.run('query', '--json', 'SELECT count(*) AS runs FROM etl_run')
    expect(JSON.parse(stdout)).toEqual([{ runs: '1' }])
  })

  it('says what is wrong with a statement', async () => {
    const { fbads } = await setUp()
    await fbads.run('migrate')
    const { status, stderr } = await fbads.run('query', 'SELECT spent FROM v_account_daily')
    expect(status).toBe(1)
    expect(stderr).toContain('"spent" does not exist')
  })
})

describe('fbads doctor', () => {
  it('finds everything well after a sync, and names each thing that it looked at', async () => {
    const { fbads, account } = await setUp()
    await fbads.run(...SYNC)
    const { status, stdout } = await fbads.run('doctor')
    expect(stdout.split('\n').map((line) => line.split(':')[0])).toEqual([
      ...['Environment', '✓ .env', '✓ settings', '✓ credentials', '✓ ids', ''],
      ...['API', '✓ token', '✓ ads_read', '✓ accounts', '✓ fields', '✓ rate limit', ''],
      ...['Extraction', '✓ records', '✓ metadata', ''],
      ...['Transformation', '✓ rows', '✓ clicks', ''],
      ...['Load', '✓ database', '✓ rights', '✓ disk', '✓ schema'],
      ...['✓ ledger', '✓ builds', '✓ last sync', '✓ holes', ''],
      ...['Validation', '✓ checks', ''],
    ])
    expect(stdout).toContain(`act_${account} Northwind Outdoor: ACTIVE`)
    expect(stdout).toContain('✓ clicks: from inline_link_clicks')
    expect(status).toBe(0)
  })

  it('tells what is wrong in the warehouse, changes nothing in it, and ends with 4 when a check fails', async () => {
    const { fbads, clock } = await setUp()
    await fbads.run(...SYNC)
    const change = (sql: string) => fbads.warehouse.use((session) => session.query(sql))
    await change('UPDATE fact_core_metrics SET spend = spend + 100 WHERE date_id = 20261103')
    await change(
      "UPDATE etl_slice SET status = 'failed', error = 'code 1' WHERE report = 'country' AND date = '2026-11-04'",
    )
    await change("UPDATE etl_run SET status = 'partial', error = 'one slice failed'")
    const before = await dumpWarehouse(fbads.warehouse)
    const { status, stdout } = await fbads.run('doctor', '--json')
    const { ok, checks } = JSON.parse(stdout)
    expect({ ok, status }).toEqual({ ok: false, status: 4 })
    const found = (check: string) => checks.find((one: { check: string }) => one.check === check)
    expect(found('last sync')).toMatchObject({
      group: 'Load',
      status: 'warn',
      detail: expect.stringContaining('partial: one slice failed'),
    })
    expect(found('holes')).toMatchObject({
      status: 'warn',
      detail: expect.stringMatching(/country of act_\d+ on 2026-11-04/),
    })
    expect(found('reconciliation_api')).toMatchObject({ group: 'Validation', status: 'failed' })
    expect(await dumpWarehouse(fbads.warehouse)).toEqual(before)
    await change("UPDATE etl_run SET status = 'succeeded', error = NULL")
    clock.advance(3 * DAY_MS)
    expect((await fbads.run('doctor')).stdout).toMatch(/^⚠️ last sync: .*more than two days ago/mu)
  })

  it('says of an account without delivery that there is nothing to look at', async () => {
    const clock = createTestClock(() => 0.5, NOW - 60 * DAY_MS)
    const simulator = createSimulator({
      world: createWorld({ seed: 7, nowMs: NOW, ads: 8, days: 12 }),
      clock,
    })
    const fbads = await createServedCommandLine({ fetch: simulator.fetch, clock })
    expect((await fbads.run('doctor')).stdout).toMatch(/^⚠️ records: act_\d+ had no delivery/mu)
  })

  it('says of an expired token what to do, and looks at the rest all the same', async () => {
    const { fbads, simulator } = await setUp()
    simulator.setToken('token-expired')
    const { status, stdout } = await fbads.run('doctor', '--json')
    expect(status).toBe(5)
    const { ok, checks } = JSON.parse(stdout)
    expect(ok).toBe(false)
    expect(checks).toContainEqual({
      group: 'API',
      check: 'token',
      status: 'failed',
      detail: expect.stringMatching(/code 190, subcode 463.*FACEBOOK_ACCESS_TOKEN/),
    })
    expect(checks).toContainEqual(expect.objectContaining({ check: 'ids', status: 'ok' }))
    for (const group of ['Extraction', 'Transformation'])
      expect(checks).toContainEqual({
        group,
        check: 'not checked',
        status: 'skipped',
        detail: 'the check of the token failed, see API',
      })
  })

  it.each([
    ['for want of a token', { FACEBOOK_ACCESS_TOKEN: undefined }],
    ['with a setting that there is not', { FBADS_CHUNK_DAYS: 'many' }],
    ['with a database that does not answer', { DATABASE_URL: 'postgres://fbads@127.0.0.1:1/ads' }],
    ['with a schema that is not there yet', { FBADS_SCHEMA: 'not_there' }],
    ['with an account that the token does not reach', { FACEBOOK_AD_ACCOUNT_ID: 'act_1' }],
    ['without a server, before the first sync', { DATABASE_URL: undefined }],
  ])('passes no point of its list over without a word: %s', async (_, environment) => {
    const { simulator, clock } = simulate()
    const fbads = await createServedCommandLine({ fetch: simulator.fetch, clock, environment })
    const { stdout } = await fbads.run('doctor', '--json')
    const { checks } = JSON.parse(stdout)
    expect([...new Set(checks.map(({ group }: { group: string }) => group))]).toEqual([
      ...['Environment', 'API', 'Extraction', 'Transformation', 'Load', 'Validation'],
    ])
    expect(existsSync(join(fbads.folder, '.fbads'))).toBe(false)
  })

  it('says of a token that reaches no account that nothing could be read by it', async () => {
    const { simulator, clock } = simulate()
    const fetch: Fetch = async (input, init) =>
      String(input).includes('me/adaccounts') ? Response.json({ data: [] }) : simulator.fetch(input, init)
    const fbads = await createServedCommandLine({ fetch, clock })
    const { stdout } = await fbads.run('doctor')
    expect(stdout).toMatch(/^✗ accounts: .*the token reaches no ad account/m)
    expect(stdout).toContain('Extraction\n– not checked: there is no account that can be read, see API\n')
  })

  it('passes none over either when .env cannot be read', async () => {
    const { fbads } = await setUp()
    await writeFile(join(fbads.folder, '.env'), 'FBADS_CHUNK_DAYS 3\n', { mode: 0o600 })
    const { status, stdout } = await fbads.run('doctor')
    expect(status).toBe(2)
    expect(stdout.match(/^– not checked: .*see Environment$/gm)).toHaveLength(5)
  })

  it('names what a killed sync has left beside the fact tables, and the next sync attaches it', async () => {
    const { fbads } = await setUp()
    await fbads.run(...SYNC)
    const change = (sql: string) => fbads.warehouse.use((session) => session.query(sql))
    // As a load leaves it that was killed before its month was finished.
    await change(
      'CREATE TABLE fact_country_metrics_202611_build (LIKE fact_country_metrics INCLUDING DEFAULTS)',
    )
    await change(
      `INSERT INTO fact_country_metrics_202611_build SELECT * FROM fact_country_metrics WHERE date_id = 20261103`,
    )
    await change('DELETE FROM fact_country_metrics WHERE date_id = 20261103')
    await change(
      `INSERT INTO etl_built_slice (account_id, report, date, row_count, fingerprint, run_id, loaded_at)
       SELECT account_id, report, date, row_count, fingerprint, run_id, loaded_at FROM etl_slice
        WHERE report = 'country' AND date = '2026-11-03'`,
    )
    await change("DELETE FROM etl_slice WHERE report = 'country' AND date = '2026-11-03'")
    const line = async () => /^.* builds: .*$/m.exec((await fbads.run('doctor')).stdout)?.[0]
    expect(await line()).toMatch(
      /^⚠️ builds: 1 slice is loaded beside the fact tables \(country 2026-11\), .* the next fbads sync attaches/,
    )
    await change("UPDATE etl_run SET status = 'running'")
    expect(await line()).toContain('the sync that runs attaches them')
    expect((await fbads.run(...SYNC)).status).toBe(0)
    expect(await line()).toMatch(/^✓ builds: /)
  })

  it('looks at the folder and the disk of an embedded warehouse, and makes none', async () => {
    const { simulator, clock } = simulate()
    const fbads = await createCommandLine({ fetch: simulator.fetch, clock })
    const { status, stdout } = await fbads.run('doctor')
    expect(status).toBe(0)
    expect(stdout).toMatch(
      /\nLoad\n✓ folder: .*\.fbads\/warehouse may be written\n.* disk: .* free on the disk of /,
    )
    expect(stdout).toContain('✓ database: embedded, and not there yet: fbads sync makes it\n')
    expect(existsSync(join(fbads.folder, '.fbads'))).toBe(false)
  })

  it('warns of fields that the API refuses, and names them', async () => {
    const clock = createTestClock(() => 0.5, NOW)
    const simulator = createSimulator({
      world: createWorld({ seed: 7, nowMs: NOW, ads: 8, days: 12 }),
      clock,
    })
    const environment = { FBADS_BASE_FIELDS_TO_PULL: 'campaign_name,relevance_score,likes' }
    const fbads = await createServedCommandLine({ fetch: simulator.fetch, clock, environment })
    const { status, stdout } = await fbads.run('doctor')
    expect(stdout).toMatch(/^⚠️ fields: the API refuses relevance_score, likes, .*baseFieldsToPull$/mu)
    expect(status).toBe(0)
  })

  it('warns of a .env that others can read', async () => {
    const { fbads } = await setUp()
    const file = join(fbads.folder, '.env')
    await writeFile(file, 'FBADS_CHUNK_DAYS=3\n')
    await chmod(file, 0o644)
    expect((await fbads.run('doctor')).stdout).toMatch(/^⚠️ .env: .*chmod 600 .env$/mu)
    await chmod(file, 0o600)
    expect((await fbads.run('doctor')).stdout).toContain('✓ .env: read\n')
  })
})

describe('the embedded warehouse', () => {
  it('is not made by what only reads', async () => {
    const { simulator, clock } = simulate()
    const fbads = await createCommandLine({ fetch: simulator.fetch, clock })
    for (const args of [['status'], ['validate'], ['query', 'SELECT 1']]) {
      const { status, stderr } = await fbads.run(...args)
      expect(status).toBe(1)
      expect(stderr).toContain('Run fbads sync')
    }
    expect((await fbads.run('sync', '--dry-run')).status).toBe(0)
    expect(existsSync(join(fbads.folder, '.fbads'))).toBe(false)
  })

  it('of another process is named with it, at once and without harm', async () => {
    const { simulator, clock } = simulate()
    const fbads = await createCommandLine({ fetch: simulator.fetch, clock, isAlive: (pid) => pid === 4242 })
    await mkdir(join(fbads.folder, '.fbads'))
    await writeFile(join(fbads.folder, '.fbads', 'warehouse.lock'), '4242\nhere\nthen\nfbads sync\n')
    const { status, stderr } = await fbads.run('sync')
    expect(status).toBe(1)
    expect(stderr).toContain('process 4242 (fbads sync)')
    expect(simulator.calls).toEqual([])
  })
})

describe('every command that reports', () => {
  it('prints with --json one document on stdout, also when it fails', async () => {
    const { fbads, clock } = await setUp()
    const commands = [
      ['migrate'],
      ['sync', '--days', '2'],
      ['sync', '--dry-run'],
      ['status'],
      ['validate'],
      ['query', 'SELECT 1 AS one'],
      ['query', 'SELECT nothing'],
      ['doctor'],
    ]
    for (const args of commands) {
      const { stdout } = await fbads.run(...args, '--json')
      expect(() => JSON.parse(stdout), args.join(' ')).not.toThrow()
    }
    clock.advance(DAY_MS)
    const { stdout, stderr } = await fbads.run('sync', '--days', '2', '--json', '--quiet')
    expect(JSON.parse(stdout)).toMatchObject({ status: 'succeeded' })
    expect(stderr).toBe('')
  })
})
