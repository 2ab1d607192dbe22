
import { expect, it, onTestFinished } from 'vitest'
import { lint } from '../../scripts/citus/lint.ts'
import { LOG_SETTINGS, readServerLog } from '../../scripts/citus/server-log.ts'
import { PANELS } from '../../src/dashboard/panels/panels.ts'
import { openPostgres } from '../../src/load/postgres.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { openDashboard } from '../dashboard/support.ts'
import { changeWorld, WORLD_CHANGES } from '../support/change-world.ts'
import { startOwnPostgres } from '../support/start-postgres.ts'
import { createTestSync, DAY_MS, NOW } from '../support/test-sync.ts'

it('all that is sent keeps the rules of a warehouse distributed by account', async () => {
  const server = await startOwnPostgres(LOG_SETTINGS)
  onTestFinished(() => server.stop())
  const warehouse = await openPostgres({ connectionString: server.url, schema: 'facebook_ads', maxConnections: 5 })
  const world = createWorld({ seed: 11, nowMs: NOW, ads: 20, days: 70, accounts: 3 })
  const sync = createTestSync(warehouse, { world })
  await sync.run({ days: 45 })
  for (const change of WORLD_CHANGES) changeWorld(world, change, 5, NOW)
  await sync.run(null)
  await sync.clock.sleep(DAY_MS, new AbortController().signal)
  const { read } = openDashboard(warehouse)
  for (const name of Object.keys(PANELS)) await read(`/api/panel/${name}?level=ad&id=1&report=core&date=2026-11-01`).catch(() => null)
  await warehouse.close()
  const transactions = readServerLog(server.log())
  console.log(transactions.length, new Set(transactions.flat().map(({ sql }) => sql)).size)
  const findings = await lint(transactions)
  for (const { rule, detail, sql } of findings) console.log(`${rule}: ${detail}\n${sql.slice(0, 400)}\n`)
  expect(findings).toEqual([])
})
