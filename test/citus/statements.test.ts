import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { lint } from '../../scripts/citus/lint.ts'
import { LOG_SETTINGS, readServerLog } from '../../scripts/citus/server-log.ts'
import { placeOf } from '../../scripts/citus/tables.ts'
import { PANELS } from '../../src/dashboard/panels/panels.ts'
import { distribute } from '../../src/load/distribute.ts'
import { openLimitExchange } from '../../src/load/limit-exchange.ts'
import { migrate } from '../../src/load/migrate.ts'
import { openPostgres } from '../../src/load/postgres.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { REPORT_NAMES } from '../../src/model/report.ts'
import { readWarehouseFigures } from '../../src/observe/read-figures.ts'
import { tellIncidents } from '../../src/observe/tell-incidents.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { openDashboard } from '../dashboard/support.ts'
import { unaborted } from '../extract/support/test-api.ts'
import { changeWorld, WORLD_CHANGES } from '../support/change-world.ts'
import { pretendCitus } from '../support/pretend-citus.ts'
import { type OwnServer, startOwnPostgres } from '../support/start-postgres.ts'
import { startProcess } from '../support/start-process.ts'
import { createTestSync, DAY_MS, NOW } from '../support/test-sync.ts'

const SCHEMA = 'facebook_ads'
/** Doctor has no API to ask. */
const STATUS = { status: 0, validate: 0, report: 0, migrate: 0, query: 0, doctor: 1 } as const

async function open(): Promise<{ server: OwnServer; warehouse: Warehouse }> {
  const server = await startOwnPostgres(LOG_SETTINGS)
  onTestFinished(() => server.stop())
  const warehouse = await openPostgres({
    connectionString: server.url,
    schema: SCHEMA,
    maxConnections: 5,
    applicationName: 'fbads',
  })
  onTestFinished(() => warehouse.close())
  return { server, warehouse }
}

/** Loads that build, that merge, that find nothing new; a world that was restated, renamed, paused, removed. */
async function syncAll(warehouse: Warehouse): Promise<void> {
  const world = createWorld({ seed: 11, nowMs: NOW, ads: 5, days: 50, accounts: 3 })
  const sync = createTestSync(warehouse, { world })
  await sync.run({ days: 35 })
  for (const change of WORLD_CHANGES) changeWorld(world, change, 5, NOW)
  await sync.run(null)
  sync.clock.advance(DAY_MS)
  sync.simulator.fail({ error: 'unknown', match: { edge: 'insights' }, times: 40 })
  await sync.run({ days: 45 })
}

async function shareLimit(warehouse: Warehouse): Promise<void> {
  const ignore = () => undefined
  const exchange = await openLimitExchange(warehouse, ['1'], ignore, ignore)
  const block = { percent: 100, refusals: 0, blockedMs: 60_000, reason: 'used up', ageMs: 0 }
  await exchange.tell([{ app: '1', accountId: null, useCase: 'app', toldBy: 'app', ...block }])
  expect(await exchange.read()).toHaveLength(1)
  await exchange.close()
}

it('all that the product sends keeps the rules of a warehouse that is distributed by account', async () => {
  const { server, warehouse } = await open()
  await syncAll(warehouse)
  await shareLimit(warehouse)
  const { read } = openDashboard(warehouse)
  for (const level of ['campaign', 'adset', 'ad']) {
    const [member] = await warehouse.use((session) =>
      session.query(`SELECT max(${level}_id) AS id FROM dim_${level}`),
    )
    const asked = `level=${level}&id=${member?.id}&report=core&date=2026-11-01&all=1&q=a`
    for (const name of Object.keys(PANELS)) await read(`/api/panel/${name}?${asked}`)
  }
  const watched = { warehouse, accounts: null, reports: REPORT_NAMES }
  const webhook = async () => undefined
  await tellIncidents({ ...watched, webhook, staleDays: 1, nowMs: () => NOW + 9 * DAY_MS }, unaborted())
  await tellIncidents({ ...watched, webhook, staleDays: 99, nowMs: () => NOW }, unaborted())
  await readWarehouseFigures(warehouse, watched, NOW)
  const folder = await mkdtemp(join(tmpdir(), 'fbads-citus-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const environment = {
    DATABASE_URL: server.url,
    FACEBOOK_ACCESS_TOKEN: 'x',
    FACEBOOK_AD_ACCOUNT_ID: 'all',
    FACEBOOK_GRAPH_URL: 'http://127.0.0.1:9',
  }
  for (const [command, ...flags] of [
    ['status'],
    ['validate'],
    ['report', '--since', '2026-10-20', '--until', '2026-10-27', '--out', 'report.html'],
    ['migrate'],
    ['query', 'SELECT count(*) FROM v_ad_daily'],
    ['doctor'],
  ] as const) {
    const { exit, said } = startProcess(folder, environment, command, ...flags)
    expect([command, await exit], said()).toEqual([command, STATUS[command]])
  }
  const transactions = readServerLog(server.log())
  expect(new Set(transactions.flat().map(({ sql }) => sql)).size).toBeGreaterThan(400)
  expect(await lint(transactions)).toEqual([])
})

it('on Citus each table, and each month that is built, is put where the rules say', async () => {
  const { server, warehouse } = await open()
  await migrate(warehouse)
  await expect(distribute(warehouse)).rejects.toThrow('has no Citus')
  await pretendCitus(warehouse)
  await expect(distribute(warehouse)).rejects.toThrow('no node that may hold shards')
  await warehouse.use((session) =>
    session.query("INSERT INTO pg_dist_node VALUES ('w', true, true, 'primary')"),
  )
  const spread = await distribute(warehouse)
  expect(spread.indexOf('dim_ad')).toBeLessThan(spread.indexOf('fact_core_metrics'))
  expect(await distribute(warehouse)).toEqual([])

  const before = server.log().length
  await syncAll(warehouse)
  expect(await lint(readServerLog(server.log().slice(before)))).toEqual([])
  const tables = await warehouse.use((session) =>
    session.query(
      `SELECT c.relname AS name, d.partmethod AS method, d.beside,
              EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary) AS has_key
         FROM pg_class c LEFT JOIN pg_dist_partition d ON d.logicalrelid = c.oid
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
          AND c.relname NOT LIKE 'pg_dist%' AND NOT (c.relispartition AND d.partmethod IS NULL)
        ORDER BY c.relname`,
    ),
  )
  const methods = { distributed: 'h', reference: 'n', local: null }
  for (const { name, method, has_key: hasKey } of tables) {
    expect(method, String(name)).toBe(methods[placeOf(String(name))])
    expect(hasKey, String(name)).toBe(true)
  }
  expect(
    tables.filter(({ name }) => /fact_core_metrics_2026\d\d$/.test(String(name))).length,
  ).toBeGreaterThan(0)
})
