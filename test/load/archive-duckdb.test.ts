import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { expect, it, onTestFinished } from 'vitest'
import { createDiskFolder } from '../../src/cli/disk-folder.ts'
import { archiveMonth, readFactMonths } from '../../src/load/archive/archive-month.ts'
import { migrate } from '../../src/load/migrate.ts'
import { openPglite } from '../../src/load/pglite.ts'
import { loadReports } from '../support/archived-facts.ts'
import { factRow } from '../support/fact-rows.ts'

/** Ids beyond 2^53, nulls, texts that are no ASCII, negative and long decimals. */
const ROWS = [
  factRow('fact_core_metrics', { date_id: '20241029', spend: '12.50', reach: '9', frequency: '1.020' }, 1),
  factRow('fact_core_metrics', { date_id: '20241031', spend: '12345678901234567890.123456789012345678' }, 2),
  factRow(
    'fact_core_metrics',
    { date_id: '20241101', spend: '0.000000000000000001', purchase_value: '-3.5' },
    3,
  ),
  factRow('fact_action_metrics', { date_id: '20241029', action_type: 'Größe 👍', action_count: '2.5' }, 1),
]

async function setUp() {
  const location = await mkdtemp(join(tmpdir(), 'fbads-archive-'))
  onTestFinished(() => rm(location, { recursive: true, force: true }))
  const warehouse = await openPglite({ folder: null, schema: 'facebook_ads' })
  onTestFinished(() => warehouse.close())
  await migrate(warehouse)
  await loadReports(warehouse, [{ report: 'core', rows: ROWS, name: 'Ünï 👍', clickSource: null }])
  const duck = await (await DuckDBInstance.create()).connect()
  const ask = async (sql: string) => (await duck.runAndReadAll(sql)).getRowsJson()
  return { location, warehouse, ask }
}

it('DuckDB reads what was archived, to the last digit', async () => {
  const { location, warehouse, ask } = await setUp()
  const columns =
    'account_id, date_id, ad_id, campaign_id, spend, impressions, reach, frequency, purchase_value, click_source'
  const { rows: facts } = await warehouse.use((session) =>
    session.queryTable(
      `SELECT account_id, date_id, ad_id, campaign_id, spend::numeric(38, 18), impressions, reach,
              frequency::numeric(38, 18), purchase_value::numeric(38, 18), click_source
         FROM fact_core_metrics ORDER BY ad_id`,
    ),
  )
  for (const month of await readFactMonths(warehouse))
    await archiveMonth(warehouse, createDiskFolder(location), month, 0)
  const core = `'${location}/month=*/fact_core_metrics/*.parquet'`
  expect(await ask(`SELECT ${columns} FROM ${core} ORDER BY ad_id`)).toEqual(facts)
  expect(await ask(`SELECT month, count(*) FROM ${core} WHERE date < '2024-11-01' GROUP BY month`)).toEqual([
    ['2024-10', '2'],
  ])
  expect(
    await ask(
      `SELECT d.name, t.action_type, f.action_count::varchar
         FROM '${location}/month=2024-10/fact_action_metrics/*.parquet' f
         JOIN '${location}/month=2024-10/dim_ad/*.parquet' d USING (ad_id)
         JOIN '${location}/month=2024-10/dim_action_type/*.parquet' t USING (action_type_id)`,
    ),
  ).toEqual([['Ünï 👍', 'Größe 👍', '2.500000000000000000']])
})
