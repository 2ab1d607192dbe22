import fc from 'fast-check'
import { expect, it } from 'vitest'
import { monthsOf } from '../../src/load/fact-months.ts'
import { finishBuilds } from '../../src/load/finish-builds.ts'
import { readLedger } from '../../src/load/ledger.ts'
import { startFactLoad } from '../../src/load/load-facts.ts'
import { createLookups } from '../../src/load/lookups.ts'
import { ensureMonths } from '../../src/load/partitions.ts'
import { startRun } from '../../src/load/runs.ts'
import type { Warehouse } from '../../src/load/session.ts'
import {
  addDays,
  type CalendarDate,
  daysOf,
  parseCalendarDate,
  toDateId,
} from '../../src/model/calendar-date.ts'
import type { FactRow } from '../../src/model/fact.ts'
import { type ObjectId, parseAccountId } from '../../src/model/object-id.ts'
import type { InsightsRequest } from '../../src/model/slice.ts'
import { readFacts, sorted } from '../support/fact-model.ts'
import { factRow, outcomeOf } from '../support/fact-rows.ts'
import { propertyOptions } from '../support/property-options.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const TABLE = 'fact_country_metrics'
const ACCOUNTS = ['1003', '2004', '3005'].map(parseAccountId)
const FIRST = parseCalendarDate('2024-10-29')
/** The last days of a month and the first ones of the next. */
const DAYS = daysOf(FIRST, addDays(FIRST, 5))

function requestOf(accountId: ObjectId, since: CalendarDate, days: number): InsightsRequest {
  return { accountId, report: 'country', since, until: addDays(since, days - 1) }
}

/** Two ads a day; ads of different accounts have different ids. */
function rowsOf({ accountId, since, until }: InsightsRequest, spend: string): FactRow[] {
  return daysOf(since, until).flatMap((day) =>
    [1, 2].map((ad) =>
      factRow(
        TABLE,
        { account_id: accountId, date_id: String(toDateId(day)), country: 'US', spend },
        Number(accountId) + ad,
      ),
    ),
  )
}

async function load(
  warehouse: Warehouse,
  request: InsightsRequest,
  spend: string,
  lookups = createLookups(),
) {
  const rows = rowsOf(request, spend)
  const tools = { runId: await startRun(warehouse, request, 0), nowMs: () => 0 }
  const factLoad = startFactLoad(warehouse, lookups, request, tools)
  await factLoad.add(rows)
  return factLoad.commit(outcomeOf(rows))
}

const query = (warehouse: Warehouse, sql: string) => warehouse.use((session) => session.query(sql))

/** Facts with their account, which `readFacts` leaves out: the ads tell them apart. */
const factsOf = async (warehouse: Warehouse) => sorted(await readFacts(warehouse, TABLE))

/** That nothing is left of a build, and that every key of every partition is checked. */
async function expectFinished(warehouse: Warehouse): Promise<void> {
  expect(
    await query(warehouse, "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE '%\\_build'"),
  ).toEqual([])
  expect(await query(warehouse, 'SELECT * FROM etl_built_slice')).toEqual([])
  const keys = await query(
    warehouse,
    `SELECT c.conrelid::regclass::text AS table, c.contype AS type, count(*) FILTER (WHERE c.convalidated) AS valid
       FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
      WHERE t.relispartition AND t.relname LIKE '${TABLE}%' AND c.contype IN ('p', 'f')
        AND t.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
      GROUP BY 1, 2`,
  )
  for (const { type, valid } of keys) expect([type, valid]).toEqual([type, type === 'p' ? '1' : '6'])
}

describeOnEachWarehouse('facts that are built beside the others', (open) => {
  it('become a partition of checked keys, and their slices part of the ledger, at once', async () => {
    const warehouse = await open()
    const request = requestOf(ACCOUNTS[0] ?? expect.fail(), FIRST, 6)
    const { counts } = await load(warehouse, request, '1')
    expect(counts).toEqual({ [TABLE]: { inserted: 12, updated: 0, unchanged: 0, deleted: 0 } })
    expect(await factsOf(warehouse)).toEqual([])
    expect(await query(warehouse, 'SELECT * FROM etl_slice')).toEqual([])
    // Who plans must not ask for them again.
    expect(await readLedger(warehouse, request.accountId)).toHaveLength(6)
    await finishBuilds(warehouse)
    expect(await factsOf(warehouse)).toHaveLength(12)
    expect(await query(warehouse, "SELECT FROM etl_slice WHERE status = 'loaded'")).toHaveLength(6)
    expect(await readLedger(warehouse, request.accountId)).toHaveLength(6)
    await expectFinished(warehouse)
  })

  it('are finished first when their slices are loaded again', async () => {
    const warehouse = await open()
    const request = requestOf(ACCOUNTS[0] ?? expect.fail(), FIRST, 3)
    await load(warehouse, request, '1')
    const { counts } = await load(warehouse, request, '2')
    expect(counts).toEqual({ [TABLE]: { inserted: 0, updated: 6, unchanged: 0, deleted: 0 } })
    await expectFinished(warehouse)
    expect((await readFacts(warehouse, TABLE)).map(({ spend }) => spend)).toEqual(Array(6).fill(2))
  })

  it('bring key and indexes along, and where a name is taken get them when they are attached', async () => {
    const warehouse = await open()
    const taken = `${TABLE}_202410_build_campaign_id_idx`
    await query(warehouse, `CREATE INDEX ${taken} ON dim_campaign (name)`)
    await load(warehouse, requestOf(ACCOUNTS[0] ?? expect.fail(), FIRST, 6), '1')
    await finishBuilds(warehouse)
    const indexes = await query(
      warehouse,
      `SELECT c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE c.relispartition AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
        ORDER BY 1`,
    )
    expect(indexes.map(({ name }) => name)).toEqual([
      `${TABLE}_202410_build_pkey`,
      `${TABLE}_202410_campaign_id_idx`,
      `${TABLE}_202411_build_campaign_id_idx`,
      `${TABLE}_202411_build_pkey`,
    ])
  })

  it('are the facts that merging makes, in whatever order they are loaded and finished', async () => {
    const warehouse = await open()
    const step = fc.record({
      account: fc.constantFrom(...ACCOUNTS),
      since: fc.constantFrom(...DAYS),
      days: fc.integer({ min: 1, max: 3 }),
      spend: fc.integer({ min: 1, max: 3 }).map(String),
      finish: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        const run = async (merging: boolean) => {
          await forget(warehouse)
          const lookups = createLookups()
          if (merging)
            await ensureMonths(
              warehouse,
              monthsOf(FIRST, addDays(FIRST, 10)).map((month) => ({ table: TABLE, month })),
            )
          for (const { account, since, days, spend, finish } of steps) {
            await load(warehouse, requestOf(account, since, days), spend, lookups)
            if (finish || merging) await finishBuilds(warehouse)
          }
          await finishBuilds(warehouse)
          const slices = await query(
            warehouse,
            'SELECT account_id, date, status, row_count, attempts FROM etl_slice ORDER BY 1, 2',
          )
          return { facts: await factsOf(warehouse), slices }
        }
        const built = await run(false)
        await expectFinished(warehouse)
        expect(built).toEqual(await run(true))
      }),
      propertyOptions(0.4),
    )
  })

  it('are all there when loads and ends of builds go on at once', async () => {
    const warehouse = await open()
    const requests = ACCOUNTS.flatMap((account) =>
      [0, 2, 4].map((day) => requestOf(account, addDays(FIRST, day), 2)),
    )
    await Promise.all([
      ...requests.map((request) => load(warehouse, request, '1')),
      ...[1, 2, 3].map(() => finishBuilds(warehouse)),
    ])
    await finishBuilds(warehouse)
    await expectFinished(warehouse)
    expect(await factsOf(warehouse)).toHaveLength(ACCOUNTS.length * 12)
    expect(await query(warehouse, "SELECT FROM etl_slice WHERE status = 'loaded'")).toHaveLength(18)
  })
})

/** As if nothing had ever been loaded. */
async function forget(warehouse: Warehouse): Promise<void> {
  for (const { name } of await query(
    warehouse,
    `SELECT relname AS name FROM pg_class WHERE relispartition AND relkind = 'r'
        AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())`,
  ))
    await query(warehouse, `DROP TABLE ${name}`)
  await query(warehouse, 'DELETE FROM etl_slice')
}
