/**
 * A process to be killed: loads one slice again and again, each time with another spend in every row, and prints
 * the number of each load that it has committed. Arguments: a server's address or a folder, and the schema.
 */
import { startFactLoad } from '../../src/load/load-facts.ts'
import { createLookups } from '../../src/load/lookups.ts'
import { migrate } from '../../src/load/migrate.ts'
import { openPglite } from '../../src/load/pglite.ts'
import { openPostgres } from '../../src/load/postgres.ts'
import { startRun } from '../../src/load/runs.ts'
import { parseCalendarDate } from '../../src/model/calendar-date.ts'
import { ACCOUNT, factRow, outcomeOf } from './fact-rows.ts'

const [place = '', schema = ''] = process.argv.slice(2)
const owner = {
  pid: process.pid,
  host: 'here',
  startedAt: 'now',
  command: 'load-forever',
  isAlive: () => false,
}
const warehouse = place.startsWith('postgres:')
  ? await openPostgres({ connectionString: place, schema, maxConnections: 2, applicationName: schema })
  : await openPglite({ folder: place, schema, owner })
await migrate(warehouse)

const day = parseCalendarDate('2024-10-28')
const request = { accountId: ACCOUNT, report: 'core', since: day, until: day } as const
const runId = await startRun(warehouse, request, 0)
for (let spend = 1; ; spend += 1) {
  const ads = Array.from({ length: 200 }, (_, ad) => ad + (spend % 2))
  const rows = ads.flatMap((ad) => [
    factRow('fact_core_metrics', { spend: String(spend) }, ad),
    factRow('fact_action_metrics', { action_count: String(spend) }, ad),
  ])
  const load = startFactLoad(warehouse, createLookups(), request, { runId, nowMs: () => spend })
  await load.add(rows)
  await load.commit(outcomeOf(rows))
  process.stdout.write(`${spend}\n`)
}
