import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text as readText } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { Interrupted } from '../../src/cli/exit-status.ts'
import type { Fetch } from '../../src/extract/fetch.ts'
import { migrate } from '../../src/load/migrate.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { FACT_TABLE_NAMES } from '../../src/model/fact.ts'
import { createSimulator } from '../../src/simulator/app.ts'
import { TRANSPORT_FAULTS } from '../../src/simulator/graph/faults.ts'
import type { SimulatorOptions } from '../../src/simulator/options.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { TOKEN } from '../extract/support/test-api.ts'
import { createTestClock } from '../extract/support/test-clock.ts'
import { createServedCommandLine } from '../support/command-line.ts'
import { dumpWarehouse } from '../support/dump-warehouse.ts'
import { readFacts, sorted } from '../support/fact-model.ts'
import { NOW } from '../support/test-sync.ts'

interface SetUp extends Partial<SimulatorOptions> {
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Laid over the simulator. */
  readonly through?: (fetch: Fetch) => Fetch
}

async function setUp({ environment, through = (fetch) => fetch, ...options }: SetUp = {}) {
  const clock = createTestClock(() => 0.5, NOW)
  const world = createWorld({ seed: 7, nowMs: NOW, accounts: 2, ads: 6, days: 5 })
  const simulator = createSimulator({ world, clock, ...options })
  const [first, second] = world.accounts.map(({ id }) => id)
  if (first === undefined || second === undefined) throw new RangeError('a world of two accounts')
  const fbads = await createServedCommandLine({
    fetch: through(simulator.fetch),
    clock,
    environment: { FACEBOOK_AD_ACCOUNT_ID: first, ...environment },
  })
  const count = async (table: string) => {
    const rows = await fbads.warehouse.use((session) => session.query(`SELECT count(*) AS n FROM ${table}`))
    return Number(rows[0]?.n)
  }
  return { clock, world, simulator, fbads, first, second, count }
}

/** The facts and the ledger, without what tells one run from another. */
function dumpFacts(warehouse: Warehouse): Promise<string[]> {
  const slices = warehouse.use((session) =>
    session.query('SELECT account_id, report, date, status, row_count FROM etl_slice ORDER BY 1, 2, 3'),
  )
  const facts = FACT_TABLE_NAMES.map(async (table) => sorted(await readFacts(warehouse, table)))
  return Promise.all([slices.then((rows) => rows.map((row) => JSON.stringify(row))), ...facts]).then((all) =>
    all.flat(),
  )
}

/** Core slices whose facts are not those that the ledger counts. */
function halfSlices(warehouse: Warehouse) {
  return warehouse.use((session) =>
    session.query(
      `SELECT s.date, s.row_count, f.rows
         FROM (SELECT * FROM etl_slice WHERE report = 'core') s
         FULL JOIN (SELECT d.date, count(*) AS rows FROM fact_core_metrics f JOIN dim_date d USING (date_id) GROUP BY 1) f
           ON f.date = s.date
        WHERE coalesce(s.row_count, 0) <> coalesce(f.rows, 0)`,
    ),
  )
}

const SYNC = ['sync', '--days', '4', '--json'] as const

describe('a sync that cannot begin', () => {
  it.each([
    ['an unknown flag', ['sync', '--dayz', '3'], '--dayz'],
    ['a report that there is not', ['sync', '--report', 'placement'], 'core, age_gender, country'],
    ['reversed dates', ['sync', '--since', '2026-11-03', '--until', '2026-11-01'], 'later than --until'],
    ['a day that does not exist', ['sync', '--since', '2026-02-30'], '2026-02-30'],
    ['days that the API no longer keeps', ['sync', '--since', '2020-01-01'], 'beyond the 37 months'],
    ['no days at all', ['sync', '--days', '0'], '--days is "0"'],
    ['an account that is none', ['sync', '--account', 'shop'], '"shop"'],
    ['a world of no days', ['demo', '--world', 'reference', '--days', 'abc'], '--days is "abc"'],
    ['a command that there is not', ['synch'], 'synch'],
    ['want of a command', [], 'Usage: fbads'],
  ])('for %s is wrong use, and asks nothing', async (_, args, said) => {
    const { fbads, simulator } = await setUp()
    const { status, stdout, stderr } = await fbads.run(...args)
    expect(stderr).toContain(said)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(simulator.calls).toEqual([])
  })

  it.each([
    ['a token', { FACEBOOK_ACCESS_TOKEN: undefined }, 'FACEBOOK_ACCESS_TOKEN is not set'],
    ['an account', { FACEBOOK_AD_ACCOUNT_ID: undefined }, 'FACEBOOK_AD_ACCOUNT_ID is not set'],
  ])('for want of %s is wrong use', async (_, environment, said) => {
    const { fbads, simulator } = await setUp({ environment })
    const { status, stderr } = await fbads.run('sync')
    expect(status).toBe(2)
    expect(stderr).toContain(said)
    expect(simulator.calls).toEqual([])
  })

  it('for a malformed .env is wrong use, and shows nothing of its line', async () => {
    const { fbads } = await setUp()
    await writeFile(join(fbads.folder, '.env'), `# ours\nFACEBOOK_ACCESS_TOKEN ${TOKEN}\n`)
    const { status, stderr } = await fbads.run('sync')
    expect(status).toBe(2)
    expect(stderr).toContain('line 2')
    expect(stderr).not.toContain(TOKEN)
  })

  it.each([
    ['a setting that there is not', '{"chunkDay": 3}', 'chunkDay is not a setting; known are firstPullDays'],
    ['a bad value', '{"chunkDays": "many"}', 'chunkDays is "many"'],
    ['no object', '[]', 'fbads.config.json'],
    ['no JSON', '{', 'fbads.config.json'],
  ])('for a configuration with %s is wrong use', async (_, text, said) => {
    const { fbads } = await setUp()
    await writeFile(join(fbads.folder, 'fbads.config.json'), text)
    const { status, stderr } = await fbads.run('sync')
    expect(status).toBe(2)
    expect(stderr).toContain(said)
  })

  it.each(['token-expired', 'token-revoked', 'without-ads-read'] as const)(
    'for a token that is %s is not permitted, with the code and what to do',
    async (state) => {
      const { fbads, simulator } = await setUp()
      simulator.setToken(state)
      const { status, stdout, stderr } = await fbads.run(...SYNC)
      expect(status).toBe(5)
      expect(stderr).toContain(state === 'without-ads-read' ? 'code 200' : 'code 190')
      expect(stderr).toContain(state === 'without-ads-read' ? 'ads_read' : 'FACEBOOK_ACCESS_TOKEN')
      expect(JSON.parse(stdout)).toMatchObject({
        run_id: '1',
        status: 'failed',
        slices: { planned: 0, loaded: 0 },
        checks: [],
      })
    },
  )

  it('for a wrong token is not permitted', async () => {
    const { fbads } = await setUp({ accessToken: 'EAAanother' })
    const { status, stderr } = await fbads.run('sync')
    expect(status).toBe(5)
    expect(stderr).toContain('code 190')
  })

  it('for an account that the token does not reach is not permitted', async () => {
    const { fbads } = await setUp({ environment: { FACEBOOK_AD_ACCOUNT_ID: 'act_120299999999999999' } })
    const { status, stdout } = await fbads.run('sync')
    expect(status).toBe(5)
    expect(stdout).toContain('act_120299999999999999')
  })

  it('for an account that it does not reach, and one whose figures do not come, merely fails', async () => {
    const { fbads, simulator, first } = await setUp()
    simulator.fail({ error: 'unknown', match: { edge: 'insights' }, times: Number.POSITIVE_INFINITY })
    const accounts = ['--account', `act_${first}`, '--account', '120299999999999999']
    const { status, stdout } = await fbads.run(...SYNC, ...accounts)
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'failed',
      failed_accounts: [{ account: 'act_120299999999999999' }],
      slices: { loaded: 0, failed: 12 },
    })
    expect(status).toBe(1)
  })

  it('for a token that reaches no account at all is not permitted, rather than done', async () => {
    const { fbads } = await setUp({
      environment: { FACEBOOK_AD_ACCOUNT_ID: 'all' },
      through: (fetch) => async (input, init) =>
        String(input).includes('me/adaccounts') ? Response.json({ data: [] }) : fetch(input, init),
    })
    const { status, stderr } = await fbads.run('sync')
    expect(status).toBe(5)
    expect(stderr).toContain('the token reaches no ad account')
  })

  it('for a database that does not answer fails, and shows no password', async () => {
    const { fbads, simulator } = await setUp({
      environment: { DATABASE_URL: 'postgres://fbads:hunter2@127.0.0.1:1/ads' },
    })
    const { status, stderr } = await fbads.run('sync')
    expect(status).toBe(1)
    expect(stderr).toContain('127.0.0.1:1')
    expect(stderr).not.toContain('hunter2')
    expect(simulator.calls).toEqual([])
  })

  it('for a schema of a newer program fails, and writes nothing', async () => {
    const { fbads, simulator } = await setUp()
    await migrate(fbads.warehouse)
    await fbads.warehouse.use((session) =>
      session.query(
        "INSERT INTO etl_migration SELECT version + 100, 'future', now() FROM etl_migration ORDER BY version DESC LIMIT 1",
      ),
    )
    const before = await dumpWarehouse(fbads.warehouse)
    const { status, stderr } = await fbads.run('sync')
    expect(status).toBe(1)
    expect(stderr).toMatch(/newer/)
    expect(await dumpWarehouse(fbads.warehouse)).toEqual(before)
    expect(simulator.calls).toEqual([])
  })
})

describe('a sync that goes through', () => {
  it('prints one JSON document with all that was promised, and nothing else on stdout', async () => {
    const { fbads, first, count } = await setUp()
    const { status, stdout, stderr } = await fbads.run(...SYNC)
    expect({ status, stderr: stderr.includes('✅ Core data extracted') }).toEqual({ status: 0, stderr: true })
    const rows = await count('fact_core_metrics')
    expect(JSON.parse(stdout)).toMatchObject({
      run_id: '1',
      status: 'succeeded',
      since: '2026-11-02',
      until: '2026-11-05',
      accounts: [`act_${first}`],
      slices: { planned: 12, loaded: 12, unchanged: 0, failed: 0, skipped: 0 },
      rows: {
        fact_core_metrics: { inserted: rows, updated: 0, unchanged: 0, deleted: 0 },
        fact_age_gender_metrics: { updated: 0 },
        fact_country_metrics: { updated: 0 },
        fact_action_metrics: { updated: 0 },
      },
      rejected: 0,
      api_calls: expect.any(Number),
      duration_ms: expect.any(Number),
      checks: expect.arrayContaining([
        { name: 'orphan_facts', status: 'pass', measured: '0', threshold: '0', detail: expect.any(String) },
      ]),
    })
    expect(rows).toBeGreaterThan(0)
  })

  it('is partial when one of two accounts is unknown, and has loaded the other', async () => {
    const { fbads, first, count } = await setUp()
    const { status, stdout } = await fbads.run(
      ...SYNC,
      '--account',
      `act_${first}`,
      '--account',
      '120299999999999999',
    )
    expect(status).toBe(3)
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'partial',
      accounts: [`act_${first}`],
      failed_accounts: [{ account: 'act_120299999999999999' }],
    })
    expect(await count('fact_core_metrics')).toBeGreaterThan(0)
  })

  it('fails a check when a row cannot be understood, keeps that row, and loads the rest', async () => {
    let spoilt = 0
    const { fbads, count } = await setUp({
      through: (fetch) => async (input, init) => {
        const response = await fetch(input, init)
        if (spoilt > 0 || !String(input).includes('video_play_actions')) return response
        const text = (response.body ? await readText(response.body) : '').replace(/"spend":"[^"]*"/, () => {
          spoilt += 1
          return '"spend":"a lot"'
        })
        return new Response(text, { status: response.status, headers: response.headers })
      },
    })
    const { status, stdout, stderr } = await fbads.run(...SYNC)
    expect(status).toBe(4)
    expect(JSON.parse(stdout)).toMatchObject({ status: 'succeeded', rejected: 1 })
    expect(stderr).toMatch(/❌ rejected rows: .*spend is "a lot"/)
    const rejects = await fbads.warehouse.use((session) => session.query('SELECT * FROM etl_reject'))
    expect(rejects).toMatchObject([{ run_id: '1', payload: { spend: 'a lot' } }])
    expect(await count('fact_core_metrics')).toBeGreaterThan(0)
  })

  it.each(TRANSPORT_FAULTS.filter((fault) => fault !== 'slow'))(
    'never takes %s for an answer without rows: its slices fail, and the next sync fills them',
    async (error) => {
      const { fbads, simulator, clock, count } = await setUp()
      const isCore = (fields: string | undefined) => fields?.includes('video_play_actions') ?? false
      const match = {
        edge: 'insights',
        where: ({ params }: { params: { fields?: string } }) => isCore(params.fields),
      }
      simulator.fail({ error, match, times: 5 })
      const broken = await fbads.run(...SYNC)
      expect(broken.status).toBe(3)
      expect(JSON.parse(broken.stdout).slices).toMatchObject({ loaded: 8, failed: 4 })
      expect(simulator.unusedFaults()).toEqual([])
      expect(await count('fact_core_metrics')).toBe(0)
      expect(await count("etl_slice WHERE status = 'failed' AND error <> '' AND loaded_at IS NULL")).toBe(4)
      expect(await count("etl_run WHERE error IN (SELECT error FROM etl_slice WHERE report = 'core')")).toBe(
        1,
      )

      clock.advance(NOW - clock.now())
      const whole = await fbads.run(...SYNC)
      expect(whole.status).toBe(0)
      expect(await count('fact_core_metrics')).toBeGreaterThan(0)
      expect(await count("etl_slice WHERE status = 'failed'")).toBe(0)
    },
  )

  it('with --dry-run shows the plan, asks nothing, and writes nothing', async () => {
    const { fbads, simulator, first } = await setUp()
    await migrate(fbads.warehouse)
    const before = await dumpWarehouse(fbads.warehouse)
    const { status, stdout } = await fbads.run(
      'sync',
      '--days',
      '9',
      '--report',
      'core',
      '--dry-run',
      '--json',
    )
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      requests: [
        { accountId: first, report: 'core', since: '2026-10-30', until: '2026-11-05' },
        { accountId: first, report: 'core', since: '2026-10-28', until: '2026-10-29' },
      ],
    })
    expect(simulator.calls).toEqual([])
    expect(await dumpWarehouse(fbads.warehouse)).toEqual(before)
  })

  it('says of an account without delivery that it delivered nothing, and succeeds', async () => {
    const { fbads } = await setUp({
      world: createWorld({ seed: 7, nowMs: NOW, accounts: 5, ads: 2, days: 5 }),
      environment: { FACEBOOK_AD_ACCOUNT_ID: 'all' },
    })
    const { status, stdout } = await fbads.run('sync', '--days', '3')
    expect(status).toBe(0)
    expect(stdout).toMatch(/\(Agência São Paulo\) delivered nothing from 2026-11-03 to 2026-11-05/)
  })
})

describe('an interrupted sync', () => {
  it('ends with 130 and whole slices, and the next one makes the warehouse that an undisturbed one makes', async () => {
    const undisturbed = await setUp()
    await undisturbed.fbads.run(...SYNC)
    const expected = await dumpFacts(undisturbed.fbads.warehouse)

    const interrupt = new AbortController()
    let answers = 0
    const { fbads, clock, count } = await setUp({
      environment: { FBADS_CHUNK_DAYS: '1', FBADS_MAX_WORKERS: '1' },
      through: (fetch) => async (input, init) => {
        if (String(input).includes('level=ad') && ++answers === 6) interrupt.abort(new Interrupted('SIGINT'))
        return fetch(input, init)
      },
    })
    const { status, stdout, stderr } = await fbads.runUntil(interrupt.signal, ...SYNC)
    expect(status).toBe(130)
    expect(stderr).toContain('Interrupted')
    expect(JSON.parse(stdout)).toMatchObject({
      run_id: '1',
      status: 'partial',
      error: expect.stringContaining('Interrupted'),
      since: '2026-11-02',
      until: '2026-11-05',
      accounts: [expect.stringMatching(/^act_/)],
      slices: { planned: 12, loaded: 5, unchanged: 0, failed: 0, skipped: 7 },
      rows: { fact_core_metrics: { inserted: await count('fact_core_metrics') } },
      checks: [],
    })
    expect(await count("etl_slice WHERE status = 'loaded'")).toBe(5)
    expect(await count("etl_slice WHERE status = 'failed'")).toBe(0)
    expect(await count('etl_run WHERE finished_at IS NULL')).toBe(0)
    expect(await halfSlices(fbads.warehouse)).toEqual([])

    clock.advance(NOW - clock.now())
    expect((await fbads.run(...SYNC)).status).toBe(0)
    expect(await dumpFacts(fbads.warehouse)).toEqual(expected)
  })
})
