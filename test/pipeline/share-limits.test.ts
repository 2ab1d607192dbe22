import { describe, expect, it, onTestFinished } from 'vitest'
import { runPipeline } from '../../src/cli/commands/sync.ts'
import { SETTINGS_SCHEMA } from '../../src/cli/settings.ts'
import { toAppKey } from '../../src/extract/app-key.ts'
import { GraphError } from '../../src/extract/graph-error.ts'
import { createMarketingApi } from '../../src/extract/marketing-api.ts'
import { createSharedLimits, type SharedLimits } from '../../src/extract/shared-limits.ts'
import { createThrottle } from '../../src/extract/throttle.ts'
import { migrate } from '../../src/load/migrate.ts'
import { openPostgres } from '../../src/load/postgres.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { type LimitNews, REFUSAL } from '../../src/model/limit-news.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import { shareLimits } from '../../src/pipeline/share-limits.ts'
import type { SyncEvent } from '../../src/pipeline/sync-event.ts'
import { createSimulator } from '../../src/simulator/app.ts'
import { RATE_LIMITS } from '../../src/simulator/graph/rate-limits.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { SECRET, TOKEN, unaborted } from '../extract/support/test-api.ts'
import { createTestClock } from '../extract/support/test-clock.ts'
import { dumpWarehouse } from '../support/dump-warehouse.ts'
import { NOW } from '../support/test-sync.ts'
import { newSchema, serverOptions } from '../support/warehouses.ts'

const ONE = parseAccountId('1')
const APP = '4711'
const SECOND_MS = 1_000
const MINUTE_MS = 60_000

/** A schema of its own; `open` makes the warehouse of one more process. Everything goes with the test. */
async function createFleetSchema() {
  const schema = newSchema()
  let processes = 0
  const open = async () => {
    processes += 1
    const warehouse = await openPostgres({
      ...serverOptions(schema),
      applicationName: `${schema} ${processes}`,
    })
    onTestFinished(() => warehouse.close())
    return warehouse
  }
  const first = await open()
  onTestFinished(async () => {
    await first.use((session) => session.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`))
  })
  return { first, open, schema }
}

/** What a process takes in: what it hears, and its own news once the others know them. */
function createEar(limits: SharedLimits) {
  const heard: LimitNews[] = []
  let ring = () => {}
  return {
    heard,
    limits: {
      ...limits,
      take(news: LimitNews, nowMs: number) {
        limits.take(news, nowMs)
        heard.push(news)
        ring()
      },
    },
    /** Resolves when it has heard such news; there is no other time limit than the test's. */
    async hears(isIt: (news: LimitNews) => boolean): Promise<void> {
      while (!heard.some(isIt)) {
        const { promise, resolve } = Promise.withResolvers<void>()
        ring = resolve
        await promise
      }
    },
  }
}

/** A process that shares its limits over `warehouse`, on a clock that stands. */
function startSharing(warehouse: Warehouse, appKey = APP) {
  const clock = createTestClock(() => 0)
  const limits = createSharedLimits(appKey)
  const ear = createEar(limits)
  const troubles: Error[] = []
  const sharing = shareLimits([ear.limits], warehouse, clock, (error) => troubles.push(error))
  onTestFinished(() => sharing.close())
  const options = { useCase: 'ads_insights', shared: limits, firstBlockMs: 5 * MINUTE_MS } as const
  return { ...ear, clock, sharing, troubles, throttle: createThrottle(clock, options, () => {}) }
}

const isBlock = ({ toldBy, blockedMs }: LimitNews) => toldBy === REFUSAL && blockedMs > 0
const isOfApp = ({ accountId }: LimitNews) => accountId === null
const APP_AT_80 = { scope: 'app', id: null, useCase: 'app', percent: 80, regainMs: 0 } as const

function refusal(minutes: number, text = 'limit reached'): GraphError {
  const regainMs = minutes * MINUTE_MS
  return new GraphError({
    kind: 'throttled',
    what: 'GET x',
    accountId: ONE,
    text,
    scope: 'account',
    regainMs,
  })
}

describe('processes of one warehouse on PostgreSQL', () => {
  it('hear what one of them learns, without asking', async () => {
    const { first, open } = await createFleetSchema()
    await migrate(first)
    const [one, other] = [startSharing(first), startSharing(await open())]
    await Promise.all([one.sharing.known, other.sharing.known])
    expect(other.heard).toEqual([])

    one.throttle.block(refusal(5))
    one.throttle.observe([APP_AT_80], ONE)
    for (const isIt of [isBlock, isOfApp]) await other.hears(isIt)
    // The first look at the table found nothing, and the next would come after a minute: so it was told.
    expect(other.throttle.pauseOf(ONE)).toMatchObject({ scope: 'account', reason: /limit reached/ })
    expect(other.throttle.pauseOf(ONE)?.waitMs).toBeGreaterThan(5 * MINUTE_MS - 10 * SECOND_MS)
    expect(other.throttle.pauseOf(ONE)?.waitMs).toBeLessThanOrEqual(5 * MINUTE_MS)
    expect(other.throttle.slowDownOf(null)?.reason).toBe('80 % is used')
  })

  it('hear nothing of other apps, nor of other schemas', async () => {
    const [{ first, open }, elsewhere] = [await createFleetSchema(), await createFleetSchema()]
    await migrate(first)
    await migrate(elsewhere.first)
    const [one, same] = [startSharing(first), startSharing(await open())]
    const others = [startSharing(await open(), '4712'), startSharing(elsewhere.first)]
    await Promise.all([one, same, ...others].map(({ sharing }) => sharing.known))
    one.throttle.block(refusal(5))
    await same.hears(isBlock)
    expect(others.map(({ heard }) => heard)).toEqual([[], []])
  })

  it('know from the table what was learned before they started, while it matters', async () => {
    const { first, open } = await createFleetSchema()
    await migrate(first)
    const one = startSharing(first)
    one.throttle.block(refusal(5))
    one.throttle.observe([APP_AT_80], ONE)
    await one.sharing.close()
    await first.use((session) =>
      session.query(
        `UPDATE etl_limit SET learned_at = learned_at - interval '2 minutes', blocked_until = blocked_until - interval '2 minutes'`,
      ),
    )
    const later = startSharing(await open())
    await later.sharing.known
    expect(later.heard).toHaveLength(2)
    expect(later.throttle.pauseOf(ONE)?.waitMs).toBeLessThanOrEqual(3 * MINUTE_MS)
    expect(later.throttle.pauseOf(ONE)?.waitMs).toBeGreaterThan(3 * MINUTE_MS - 30 * SECOND_MS)
    expect(later.throttle.slowDownOf(null)?.reason).toBe('80 % is used')

    await first.use((session) =>
      session.query(
        `UPDATE etl_limit SET learned_at = learned_at - interval '2 hours', blocked_until = now()`,
      ),
    )
    const much = startSharing(await open())
    await much.sharing.known
    expect(much.heard).toEqual([])
  })

  it('learn what they missed when their connection was ended, and hear again', async () => {
    const { first, open, schema } = await createFleetSchema()
    await migrate(first)
    const [one, other] = [startSharing(first), startSharing(await open())]
    await Promise.all([one.sharing.known, other.sharing.known])
    const end = () =>
      first.use((session) =>
        session.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [
          `${schema} 2`,
        ]),
      )
    expect(await end()).not.toEqual([])
    one.throttle.block(refusal(5))
    await other.hears(isBlock)
    expect(other.throttle.pauseOf(ONE)).toMatchObject({ reason: /limit reached/ })
    one.throttle.block(refusal(30))
    await other.hears(({ blockedMs }) => blockedMs > 5 * MINUTE_MS)
    expect(other.throttle.pauseOf(ONE)?.waitMs).toBeGreaterThan(5 * MINUTE_MS)

    // Who has something to tell while its own connection is gone tells it later.
    await end()
    other.throttle.observe([APP_AT_80], ONE)
    await one.hears(isOfApp)
    expect(one.throttle.slowDownOf(null)?.reason).toBe('80 % is used')
    expect([...one.troubles, ...other.troubles]).toEqual([])
  })

  it('go on by themselves when they cannot share, say so once it lasts, and share when they can', async () => {
    const { first } = await createFleetSchema()
    const alone = startSharing(first)
    await alone.sharing.known
    alone.throttle.block(refusal(5))
    expect(alone.throttle.pauseOf(ONE)).not.toBeNull()
    await expect.poll(() => alone.troubles.length, { timeout: 30_000 }).toBe(1)
    await migrate(first)
    const stored = () => first.use((session) => session.query('SELECT account_id, refusals FROM etl_limit'))
    await expect.poll(stored, { timeout: 30_000 }).toEqual([{ account_id: ONE, refusals: 1 }])
  })

  it('keep of each limit the latest figure and the longest block, whoever tells it when', async () => {
    const { first, open } = await createFleetSchema()
    await migrate(first)
    const [one, other] = [startSharing(first), startSharing(await open())]
    other.throttle.block(refusal(30))
    await other.sharing.close()
    one.throttle.block(refusal(5))
    await one.sharing.close()
    const rows = await first.use((session) =>
      session.query(
        `SELECT refusals, blocked_until > now() + interval '29 minutes' AS is_long, reason LIKE '%limit%' AS is_told
           FROM etl_limit`,
      ),
    )
    expect(rows).toEqual([{ refusals: 1, is_long: true, is_told: true }])
  })

  it('tell texts of any kind and length, and no token', async () => {
    const { first, open } = await createFleetSchema()
    await migrate(first)
    const appKey = toAppKey({ accessToken: TOKEN })
    const [one, other] = [startSharing(first, appKey), startSharing(await open(), appKey)]
    await Promise.all([one.sharing.known, other.sharing.known])
    const text = `\0\ud800"\\é${'\u0001'.repeat(9_000)}`
    one.throttle.block(refusal(5, text))
    const useCase = `\0${'x'.repeat(64)}`
    const app = { scope: 'app', id: null, percent: 96, regainMs: 1e300 } as const
    one.throttle.observe([{ ...app, useCase: `${useCase}1` }], ONE)
    one.throttle.observe([{ ...app, useCase: `${useCase}2` }], ONE)
    for (const isIt of [isBlock, isOfApp]) await other.hears(isIt)
    expect(new Set(other.heard.map(({ app: key }) => key))).toEqual(new Set([appKey]))
    const said = [JSON.stringify(other.heard), ...(await dumpWarehouse(first))].join('\n')
    expect(said).toContain(appKey)
    expect(said).not.toContain(TOKEN)
  })
})

it('the embedded warehouse has nobody to share with, and lends no connection for it', async () => {
  const { first } = await createFleetSchema()
  const lease = () => expect.fail('a connection was lent')
  const { sharing, throttle } = startSharing({ ...first, kind: 'pglite', lease })
  await sharing.known
  throttle.block(refusal(5))
  await sharing.close()
})

describe('an account that the API has blocked for one sync', () => {
  /** Blocks an account as such after some calls, for less than it says. */
  const TIGHT = {
    ...RATE_LIMITS.none,
    score: { points: 9, decayMs: 60 * MINUTE_MS, blockMs: 4.5 * MINUTE_MS },
  }

  async function createBlockedWorld() {
    const { first, open } = await createFleetSchema()
    const clock = createTestClock(() => 0.5, NOW)
    const world = createWorld({ seed: 7, nowMs: NOW, accounts: 1, ads: 3, days: 30 })
    const simulator = createSimulator({
      world,
      clock,
      rateLimits: TIGHT,
      accessToken: TOKEN,
      appSecret: SECRET,
    })
    const accountId = parseAccountId(world.accounts[0]?.id ?? '')
    const source = {
      name: 'default',
      tokenEnv: 'FACEBOOK_ACCESS_TOKEN',
      accessToken: TOKEN,
      appId: null,
      appSecret: SECRET,
      accounts: [accountId],
      graphUrl: 'https://graph.facebook.com',
      apiVersion: 'v26.0',
    }
    const order = {
      sources: [source] as const,
      settings: SETTINGS_SCHEMA.parse({ chunkDays: 1 }),
      asked: { days: 20 },
    }
    const events: SyncEvent[] = []
    const sync = (warehouse: Warehouse, maxWaitMs: number) =>
      runPipeline(
        warehouse,
        { ...order, maxWaitMs },
        { clock, fetch: simulator.fetch, signal: unaborted(), onEvent: (event) => events.push(event) },
      )
    return { first, open, clock, simulator, accountId, sync, events }
  }

  it('is called by no other that starts meanwhile', async () => {
    const { first, open, simulator, sync, events } = await createBlockedWorld()
    await sync(first, 0)
    const calls = simulator.calls.length
    const { status } = await sync(await open(), 0)
    expect(status).not.toBe('succeeded')
    expect(simulator.calls).toHaveLength(calls)
    expect(simulator.callsDuringBlocks).toEqual(new Map())
    expect(events.filter(({ type }) => type === 'limits-not-shared')).toEqual([])
  })

  it('is called by no other that runs already, until the block is over', async () => {
    const { first, open, clock, simulator, accountId, sync } = await createBlockedWorld()
    await migrate(first)
    const appKey = toAppKey({ accessToken: TOKEN })
    const ear = createEar(createSharedLimits(appKey))
    const sharing = shareLimits([ear.limits], await open(), clock, () => {})
    onTestFinished(() => sharing.close())
    const api = createMarketingApi({
      fetch: simulator.fetch,
      clock,
      graphUrl: 'https://graph.facebook.com',
      apiVersion: 'v26.0',
      accessToken: TOKEN,
      appSecret: SECRET,
      maxConcurrent: 4,
      onEvent: () => {},
      sharedLimits: ear.limits,
      limitsKnown: sharing.known,
    })
    const call = { accountId, path: `act_${accountId}`, params: {} }
    await api.get(call, unaborted())
    await sync(first, 0)
    const blockedMs = clock.now()
    await ear.hears(isBlock)
    await api.get(call, unaborted())
    expect(simulator.callsDuringBlocks).toEqual(new Map())
    expect(clock.now() - blockedMs).toBeGreaterThan(4.5 * MINUTE_MS - 10 * SECOND_MS)
  })
})
