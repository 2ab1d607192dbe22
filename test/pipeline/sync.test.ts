import { describe, expect, it } from 'vitest'
import { migrate } from '../../src/load/migrate.ts'
import { openPostgres } from '../../src/load/postgres.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { addDays, dayIn, parseCalendarDate } from '../../src/model/calendar-date.ts'
import type { SimulatedCall } from '../../src/simulator/graph/call.ts'
import { effectiveStatus } from '../../src/simulator/world/effective-status.ts'
import { createWorld, type World } from '../../src/simulator/world.ts'
import { createTestClock } from '../extract/support/test-clock.ts'
import { dumpWarehouse } from '../support/dump-warehouse.ts'
import { createTestSync, DAY_MS, eventsOf, NOW } from '../support/test-sync.ts'
import { describeOnEachWarehouse, serverOptions } from '../support/warehouses.ts'

const SIZE = { seed: 7, nowMs: NOW, ads: 12, days: 12 }

function worldOf(accounts = 1): World {
  return createWorld({ ...SIZE, accounts })
}

function firstAccount(world: World) {
  const [account] = world.accounts
  if (account === undefined) throw new RangeError('a world without accounts')
  return account
}

function query(warehouse: Warehouse, sql: string) {
  return warehouse.use((session) => session.query(sql))
}

async function countOf(warehouse: Warehouse, table: string): Promise<number> {
  const [row] = await query(warehouse, `SELECT count(*) AS n FROM ${table}`)
  return Number(row?.n)
}

const isCore = ({ params }: SimulatedCall) => params.fields?.includes('video_play_actions') ?? false

describeOnEachWarehouse('a sync', (open) => {
  it('brings the figures and the metadata of archived and deleted ads, those by their ids in batches', async () => {
    const warehouse = await open()
    const world = createWorld({ ...SIZE, ads: 60, campaigns: 6 })
    const sync = createTestSync(warehouse, { world })
    await sync.run({ days: 12 })
    const ads = await query(
      warehouse,
      `SELECT DISTINCT a.ad_id AS id, a.name, a.effective_status
         FROM fact_core_metrics f JOIN dim_ad a ON a.ad_id = f.ad_id ORDER BY 1`,
    )
    expect(ads).toEqual(
      ads.map(({ id }) => {
        const ad = world.object(String(id))
        return {
          id,
          name: ad?.name.toWellFormed().replaceAll('\0', '\uFFFD'),
          effective_status: ad && effectiveStatus(ad),
        }
      }),
    )
    const statuses = new Set(ads.map((ad) => ad.effective_status))
    expect([...statuses]).toEqual(expect.arrayContaining(['ACTIVE', 'ARCHIVED', 'DELETED']))

    const byId = sync.simulator.calls.filter(
      ({ id, edge }) => edge === null && world.object(id ?? '') !== undefined,
    )
    expect(byId.length).toBeGreaterThan(0)
    expect(byId.filter(({ inBatch }) => !inBatch)).toEqual([])
  })

  it('closes one version and opens the next for a change of name, status or budget, and for nothing else', async () => {
    const warehouse = await open()
    const world = createWorld({ ...SIZE, ads: 9, campaigns: 3 })
    const sync = createTestSync(warehouse, { world })
    await sync.run({ days: 2 })
    const [renamed, paused, budgeted] = firstAccount(world).campaigns
    if (!renamed || !paused || !budgeted) throw new RangeError('a world of three campaigns')
    const [name, status] = [renamed.name, paused.status]
    sync.clock.advance(DAY_MS - (sync.clock.now() - NOW))
    world.rename(renamed.id, 'Spring', NOW + 1)
    world.setStatus(paused.id, status === 'PAUSED' ? 'ACTIVE' : 'PAUSED', NOW + 1)
    world.setDailyBudget(budgeted.id, '12345', NOW + 1)
    await sync.run({ days: 2 })
    sync.clock.advance(DAY_MS)
    await sync.run({ days: 2 })

    const versionsOf = (id: string) =>
      query(
        warehouse,
        `SELECT name, status, daily_budget, valid_to IS NULL AS is_current,
                valid_to = lead(valid_from) OVER (ORDER BY valid_from) AS goes_on
           FROM dim_campaign_history WHERE campaign_id = ${id} ORDER BY valid_from`,
      )
    const closed = { is_current: false, goes_on: true }
    expect(await versionsOf(renamed.id)).toMatchObject([
      { name, ...closed },
      { name: 'Spring', is_current: true },
    ])
    expect(await versionsOf(paused.id)).toMatchObject([
      { status, ...closed },
      { status: paused.status, is_current: true },
    ])
    expect(await versionsOf(budgeted.id)).toMatchObject([
      closed,
      { daily_budget: '123.45', is_current: true },
    ])
    expect(await countOf(warehouse, 'dim_campaign_history')).toBe(6)
  })

  it('asks for pages of its own size, never by ?ids=, never for tomorrow, with the token in no address', async () => {
    const sync = createTestSync(await open(), { world: worldOf(2) })
    await sync.run(null)
    const reads = sync.simulator.calls.filter(({ edge, method }) => method === 'GET' && edge !== null)
    expect(reads.length).toBeGreaterThan(8)
    expect(reads.filter(({ params }) => Number(params.limit ?? 0) < 100)).toEqual([])
    expect(sync.simulator.calls.filter(({ params }) => 'ids' in params)).toEqual([])
    expect(sync.simulator.calls.filter(({ tokenIn, inBatch }) => tokenIn !== 'header' && !inBatch)).toEqual(
      [],
    )
    const untils = reads.flatMap(({ params }) =>
      params.time_range ? [JSON.parse(params.time_range).until] : [],
    )
    expect(untils.toSorted().at(-1)).toBe(dayIn('Asia/Tokyo', NOW))
  })

  it('brings the facts of an account that it knows, also when the account cannot be read now', async () => {
    const warehouse = await open()
    const world = worldOf()
    const { id } = firstAccount(world)
    const sync = createTestSync(warehouse, { world, accounts: [id] })
    await sync.run({ days: 2 })
    const match = { id: `act_${id}`, edge: null }
    sync.simulator.fail({ error: 'business-management', match, times: Number.POSITIVE_INFINITY })
    const { summary, events } = await sync.run({ days: 4 })
    expect(summary).toMatchObject({ status: 'succeeded', slices: { loaded: 6, unchanged: 6 } })
    expect(eventsOf(events, 'account-as-before')).toMatchObject([{ accountId: id, error: { code: 80004 } }])
  })

  it('brings the facts of all accounts that it knows, also when they cannot be listed now', async () => {
    const warehouse = await open()
    const world = worldOf(2)
    const sync = createTestSync(warehouse, { world })
    const fail = () =>
      sync.simulator.fail({
        error: 'service-unavailable',
        match: { id: 'me', edge: 'adaccounts' },
        times: 5,
      })
    fail()
    await expect(sync.run({ days: 2 })).rejects.toMatchObject({ kind: 'transient' })
    await sync.run({ days: 2 })
    fail()
    const { summary, events } = await sync.run({ days: 4 })
    expect(summary).toMatchObject({ status: 'succeeded', slices: { planned: 24, loaded: 12, unchanged: 12 } })
    expect(eventsOf(events, 'accounts-as-before')).toMatchObject([{ accounts: 2, error: { code: 2 } }])
  })

  it('reads the newest days first', async () => {
    const sync = createTestSync(await open(), {
      world: worldOf(),
      settings: { chunkDays: 3, maxWorkers: 1, reports: ['core'] },
    })
    await sync.run({ days: 9 })
    const asked = sync.simulator.calls.filter(isCore).map(({ params }) => JSON.parse(params.time_range ?? ''))
    expect(asked).toEqual([
      { since: '2026-11-03', until: '2026-11-05' },
      { since: '2026-10-31', until: '2026-11-02' },
      { since: '2026-10-28', until: '2026-10-30' },
    ])
  })

  it('halves the days that are too much at once, and loads them all', async () => {
    const warehouse = await open()
    const sync = createTestSync(warehouse, { world: worldOf(), settings: { reports: ['core'] } })
    const isLong = ({ params, edge }: SimulatedCall) =>
      edge === 'insights' &&
      params.level === 'ad' &&
      params.time_range !== undefined &&
      daysIn(params.time_range) > 2
    const match = { where: isLong }
    sync.simulator.fail({ error: 'too-much-data', match, times: Number.POSITIVE_INFINITY })
    sync.simulator.fail({
      error: 'too-much-data',
      match: { ...match, method: 'POST' },
      times: Number.POSITIVE_INFINITY,
    })
    const { summary, events } = await sync.run({ days: 7 })
    expect(summary.slices).toMatchObject({ planned: 7, loaded: 7, failed: 0 })
    expect(
      eventsOf(events, 'asking-for-less').map(({ request: { since, until }, size: { mode, days } }) => [
        `${since} ${until}`,
        mode,
        days,
      ]),
    ).toEqual([
      ['2026-10-30 2026-11-05', 'async', null],
      ['2026-10-30 2026-11-05', 'async', 4],
      ['2026-11-02 2026-11-05', 'async', 2],
    ])
    expect(summary.checks.find(({ name }) => name === 'reconciliation_api')).toMatchObject({
      status: 'pass',
      measured: '6 of 6 days equal',
    })
  })

  it('records a slice that fails, plans it again until it is filled, and lets no other slice wait for it', async () => {
    const warehouse = await open()
    const sync = createTestSync(warehouse, {
      world: worldOf(),
      settings: { chunkDays: 1, firstPullDays: 5, dailyPullDays: 1 },
    })
    const hole = parseCalendarDate('2026-11-02')
    const match = {
      where: (call: SimulatedCall) => isCore(call) && (call.params.time_range?.includes(hole) ?? false),
    }
    sync.simulator.fail({ error: 'insights-permission', match, times: 0 })
    sync.simulator.fail({ error: 'invalid-parameter', match, times: 2 })
    const states = () =>
      query(
        warehouse,
        `SELECT date, status, attempts, error FROM etl_slice WHERE report = 'core' AND date = '${hole}'`,
      )
    const first = await sync.run(null)
    expect(first.summary).toMatchObject({ status: 'partial', slices: { planned: 15, loaded: 14, failed: 1 } })
    expect(await states()).toMatchObject([
      { status: 'failed', attempts: 1, error: expect.stringContaining('code 100') },
    ])

    sync.clock.advance(DAY_MS)
    const second = await sync.run(null)
    // Each report's yesterday, which was not over, and today; and the hole.
    expect(second.summary).toMatchObject({ status: 'partial', slices: { failed: 1 } })
    expect(await states()).toMatchObject([{ status: 'failed', attempts: 2 }])

    sync.clock.advance(DAY_MS)
    const third = await sync.run(null)
    expect(third.summary).toMatchObject({ status: 'succeeded', slices: { failed: 0 } })
    expect(await states()).toMatchObject([{ status: 'loaded', attempts: 3, error: null }])
  })

  it('reads today again on the next day', async () => {
    const warehouse = await open()
    const world = worldOf()
    const { time } = firstAccount(world)
    const sync = createTestSync(warehouse, { world, settings: { firstPullDays: 3, dailyPullDays: 1 } })
    await sync.run(null)
    const spendOn = async (date: string) =>
      query(warehouse, `SELECT sum(spend) AS spend FROM v_account_daily WHERE date = '${date}'`)
    const today = time.dayOf(NOW)
    const partial = await spendOn(today)
    sync.clock.advance(DAY_MS)
    await sync.run(null)
    const whole = await spendOn(today)
    expect(Number(whole[0]?.spend)).toBeGreaterThan(Number(partial[0]?.spend))
    expect(await countOf(warehouse, `etl_slice WHERE date = '${addDays(today, 1)}'`)).toBe(3)
  })

  it('loads every fact when the metadata fail, and stops no account for another', async () => {
    const warehouse = await open()
    const world = worldOf(3)
    const [broken, ...others] = world.accounts
    const sync = createTestSync(warehouse, { world })
    for (const edge of ['campaigns', 'adsets', 'ads'])
      sync.simulator.fail({ error: 'html-502', match: { edge }, times: Number.POSITIVE_INFINITY })
    sync.simulator.fail({
      error: 'permission',
      match: { edge: 'insights', id: `act_${broken?.id}` },
      times: Number.POSITIVE_INFINITY,
    })
    const { summary, events } = await sync.run({ days: 3 })
    expect(summary).toMatchObject({
      status: 'partial',
      slices: { planned: 27, loaded: 18 },
      failedAccounts: [{ accountId: broken?.id, error: { kind: 'permission', code: 200 } }],
    })
    expect(eventsOf(events, 'metadata-failed').length).toBeGreaterThanOrEqual(9)
    const loaded = await query(
      warehouse,
      'SELECT DISTINCT account_id AS id FROM fact_core_metrics ORDER BY 1',
    )
    expect(loaded.map(({ id }) => id)).toEqual(others.map(({ id }) => String(id)).sort())
  })

  it('says that an account without delivery delivered nothing, but not when its slices failed', async () => {
    const sync = createTestSync(await open(), { world: worldOf(5) })
    const quiet = sync.simulator
    const { summary, events } = await sync.run({ days: 3 })
    expect(summary.status).toBe('succeeded')
    expect(eventsOf(events, 'no-delivery')).toMatchObject([
      { account: { name: 'Agência São Paulo' }, since: '2026-11-03', until: '2026-11-05' },
    ])
    quiet.fail({ error: 'invalid-parameter', match: { edge: 'insights' }, times: Number.POSITIVE_INFINITY })
    const failed = await sync.run({ days: 3 })
    expect(failed.summary.status).toBe('failed')
    expect(eventsOf(failed.events, 'no-delivery')).toEqual([])
  })

  it('lets a throttled account wait without holding up another', async () => {
    const world = worldOf(2)
    const [throttled, free] = world.accounts
    const freeIsDone = Promise.withResolvers<void>()
    const clock = createTestClock(() => 0.5, NOW)
    const patient = {
      ...clock,
      // A pause of minutes lasts until the free account is done; a product that keeps it waiting never ends.
      sleep: async (ms: number, signal: AbortSignal) => {
        if (ms >= 60_000) await freeIsDone.promise
        await clock.sleep(ms, signal)
      },
    }
    const settings = { maxWorkers: 2, chunkDays: 1 }
    const sync = createTestSync(await open(), { world, clock: patient, settings })
    sync.simulator.fail({
      error: 'business-insights',
      match: { edge: 'insights', id: `act_${throttled?.id}` },
      times: 3,
    })
    let loaded = 0
    const { summary, events } = await sync.run(
      { days: 2 },
      {
        onEvent: (event) => {
          if (event.type !== 'loaded' || event.request.accountId !== free?.id) return
          loaded += 1
          if (loaded === 6) freeIsDone.resolve()
        },
      },
    )
    expect(summary).toMatchObject({ status: 'succeeded', slices: { planned: 12, loaded: 12 } })
    expect(eventsOf(events, 'waiting').map(({ accountId }) => accountId)).toContain(throttled?.id)
  }, 30_000)

  it('stops at a token that is refused in the midst, keeps what is loaded, and goes on from there', async () => {
    const warehouse = await open()
    const sync = createTestSync(warehouse, { world: worldOf(), settings: { chunkDays: 1, maxWorkers: 1 } })
    const onEvent = ({ type }: { type: string }) => {
      if (type === 'loaded') sync.simulator.setToken('token-expired')
    }
    await expect(sync.run({ days: 3 }, { onEvent })).rejects.toMatchObject({ kind: 'auth', code: 190 })
    // The worker may have read the next request while the first was written.
    const kept = await countOf(warehouse, "etl_slice WHERE status = 'loaded'")
    expect([1, 2]).toContain(kept)
    expect(await countOf(warehouse, "etl_slice WHERE status = 'failed'")).toBe(0)
    expect(await query(warehouse, 'SELECT status, error FROM etl_run')).toMatchObject([
      { status: 'partial', error: expect.stringContaining('code 190') },
    ])
    sync.simulator.setToken('valid')
    const { summary } = await sync.run({ days: 3 })
    expect(summary).toMatchObject({
      status: 'succeeded',
      slices: { planned: 9, loaded: 9 - kept, unchanged: kept },
    })
  })
})

describe('two syncs of one account at once, on a server', () => {
  it('wait for each other, and double nothing', async () => {
    const options = serverOptions()
    const one = await openPostgres(options)
    const two = await openPostgres(options)
    try {
      await migrate(one)
      const world = worldOf()
      const settings = { reports: ['core'] as const, chunkDays: 2 }
      const first = createTestSync(one, { world, settings })
      const second = createTestSync(two, { world, settings })
      const asked = { since: parseCalendarDate('2026-10-30'), until: parseCalendarDate('2026-11-04') }
      const begun = Promise.withResolvers<void>()
      const running = first.run(asked, { onEvent: ({ type }) => type === 'planned' && begun.resolve() })
      await begun.promise
      const waiting = second.run(asked)
      const [a, b] = await Promise.all([running, waiting])
      expect(a.summary.slices).toMatchObject({ planned: 6, loaded: 6 })
      expect(b.summary.slices).toMatchObject({ planned: 6, loaded: 0, unchanged: 6 })
      expect(eventsOf(b.events, 'waiting-for-account')).toMatchObject([{ accountId: firstAccount(world).id }])
      const alone = await dumpWarehouse(one, ['etl_run', 'etl_check'])
      expect(alone.filter((line) => line.startsWith('etl_slice'))).toHaveLength(6)
    } finally {
      await one.use((session) => session.query(`DROP SCHEMA "${options.schema}" CASCADE`))
      await one.close()
      await two.close()
    }
  })
})

function daysIn(timeRange: string): number {
  const { since, until } = JSON.parse(timeRange)
  return (Date.parse(until) - Date.parse(since)) / DAY_MS + 1
}
