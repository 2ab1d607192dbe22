import fc from 'fast-check'
import { expect, it } from 'vitest'
import { buildName, monthsOf, partitionName } from '../../src/load/fact-months.ts'
import { finishBuilds } from '../../src/load/finish-builds.ts'
import { startFactLoad } from '../../src/load/load-facts.ts'
import { createLookups } from '../../src/load/lookups.ts'
import { readMigrations } from '../../src/load/migrations.ts'
import { ensureMonths } from '../../src/load/partitions.ts'
import { startRun } from '../../src/load/runs.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { addDays, daysBetween, daysOf, parseCalendarDate, toDateId } from '../../src/model/calendar-date.ts'
import { FACT_TABLE_NAMES, type FactTableName } from '../../src/model/fact.ts'
import { REPORT_NAMES, REPORTS } from '../../src/model/report.ts'
import { explain } from '../support/explain.ts'
import { ACCOUNT, factRow, outcomeOf } from '../support/fact-rows.ts'
import { propertyOptions } from '../support/property-options.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const FIRST = parseCalendarDate('2023-11-20')
const LAST = parseCalendarDate('2024-03-10')
const DAYS = daysOf(FIRST, LAST)

/** The views that have a day of each fact table, and the table. */
const VIEWS = {
  v_account_daily: 'fact_core_metrics',
  v_campaign_daily: 'fact_core_metrics',
  v_adset_daily: 'fact_core_metrics',
  v_ad_daily: 'fact_core_metrics',
  v_age_gender_daily: 'fact_age_gender_metrics',
  v_country_daily: 'fact_country_metrics',
  v_action_daily: 'fact_action_metrics',
} as const satisfies Record<string, FactTableName>

const CHECKS = `
  SELECT conname AS name, pg_get_constraintdef(oid) AS definition FROM pg_constraint
   WHERE conname LIKE '%date_check' AND connamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
   ORDER BY definition, conname`

/** One ad every day; of the last month as rows that are merged, of the others as months that are built. */
async function loadEveryDay(warehouse: Warehouse): Promise<void> {
  const [last] = monthsOf(LAST, LAST)
  if (last)
    await ensureMonths(
      warehouse,
      FACT_TABLE_NAMES.map((table) => ({ table, month: last })),
    )
  for (const report of REPORT_NAMES) {
    const request = { accountId: ACCOUNT, report, since: FIRST, until: LAST }
    const rows = DAYS.flatMap((day) =>
      REPORTS[report].tables.map((table) => factRow(table, { date_id: String(toDateId(day)) })),
    )
    const tools = { runId: await startRun(warehouse, request, 0), nowMs: () => 0 }
    const load = startFactLoad(warehouse, createLookups(), request, tools)
    await load.add(rows)
    await load.commit(outcomeOf(rows))
  }
  await finishBuilds(warehouse)
}

describeOnEachWarehouse('a question about dates', (open) => {
  it('reads the months of those dates, and no other', async () => {
    const warehouse = await open()
    await loadEveryDay(warehouse)
    const day = fc.constantFrom(...DAYS)
    const range = fc
      .tuple(day, day)
      .map(([a, b]) => (a <= b ? { since: a, until: b } : { since: b, until: a }))
    const view = fc.constantFrom(...(Object.keys(VIEWS) as (keyof typeof VIEWS)[]))
    await fc.assert(
      fc.asyncProperty(view, range, async (view, { since, until }) => {
        const months = monthsOf(since, until).map(({ number }) => `${VIEWS[view]}_${number}`)
        const length = daysBetween(since, until)
        for (const asked of [
          `date BETWEEN '${since}' AND '${until}'`,
          `date > DATE '${until}' - ${length + 1} AND date < '${addDays(until, 1)}'`,
          `date >= TIMESTAMP '${since}' AND date <= DATE '${since}' + interval '${length} days'`,
          `date_id BETWEEN ${toDateId(since)} AND ${toDateId(until)}`,
        ]) {
          const { partitions, rows } = await warehouse.use((session) =>
            explain(session, `SELECT * FROM ${view} WHERE ${asked}`),
          )
          expect([asked, partitions, rows]).toEqual([asked, months, length + 1])
        }
      }),
      propertyOptions(1),
    )
  })

  it('is answered with the dates of the calendar', async () => {
    const warehouse = await open()
    await loadEveryDay(warehouse)
    for (const view of Object.keys(VIEWS)) {
      const rows = await warehouse.use((session) =>
        session.query(
          `SELECT v.date FROM ${view} v JOIN dim_date d ON d.date_id = v.date_id AND d.date = v.date ORDER BY 1`,
        ),
      )
      expect(rows.map(({ date }) => date)).toEqual(DAYS)
    }
  })
})

describeOnEachWarehouse('a question that names no account', (open) => {
  it('finds a campaign, or an ad, in each month by an index', async () => {
    const warehouse = await open()
    await loadEveryDay(warehouse)
    const asked = (view: string, campaign: string) =>
      warehouse.use((session) =>
        session.transaction(async () => {
          // So few rows are read faster without it, in one piece or by the primary key.
          for (const way of ['seqscan', 'indexscan']) await session.query(`SET LOCAL enable_${way} = off`)
          return explain(session, `SELECT * FROM ${view} WHERE campaign_id = '${campaign}'`)
        }),
      )
    for (const [view, table] of Object.entries(VIEWS).filter(([view]) => view !== 'v_account_daily')) {
      const { rows, indexes } = await asked(view, factRow(table).campaign_id)
      expect([view, rows]).toEqual([view, DAYS.length])
      // Those of a month that was built are called after its build.
      for (const { number } of monthsOf(FIRST, LAST))
        expect(indexes.map((name) => name.replace('_build_', '_'))).toContain(
          `${partitionName(table, number)}_campaign_id_idx`,
        )
      expect((await asked(view, '1')).rows).toBe(0)
    }
    // Of an ad's few rows the planner here prefers the primary key, whatever it is told.
    const ofAds = await warehouse.use((session) =>
      session.query(
        `SELECT tablename AS name FROM pg_indexes
          WHERE schemaname = current_schema() AND indexdef LIKE '%USING btree (ad_id)' AND tablename ~ '\\d$' ORDER BY 1`,
      ),
    )
    expect(ofAds.map(({ name }) => name)).toEqual(
      monthsOf(FIRST, LAST).map(({ number }) => partitionName('fact_core_metrics', number)),
    )
  })
})

describeOnEachWarehouse('a question of a reader whose role has enable_partitionwise_aggregate', (open) => {
  it('is answered month by month where days are added up', async () => {
    const warehouse = await open()
    await loadEveryDay(warehouse)
    const months = monthsOf(FIRST, LAST)
    for (const view of ['v_account_daily', 'v_campaign_daily', 'v_adset_daily']) {
      const { addedUpApart, rows } = await warehouse.use((session) =>
        session.transaction(async () => {
          await session.query('SET LOCAL enable_partitionwise_aggregate = on')
          return explain(session, `SELECT account_name, date, spend FROM ${view}`)
        }),
      )
      expect([view, addedUpApart, rows]).toEqual([view, months.length, DAYS.length])
    }
  })
})

describeOnEachWarehouse('a month of an earlier version', (open) => {
  it('gets the check of a new one, also while it is built', async () => {
    const warehouse = await open()
    const [november = expect.fail(), december = expect.fail()] = monthsOf(FIRST, addDays(FIRST, 30))
    const months = FACT_TABLE_NAMES.map((table) => ({ table, month: november }))
    await ensureMonths(warehouse, months)
    const checks = () => warehouse.use((session) => session.query(CHECKS))
    const made = await checks()
    expect(made).toHaveLength(FACT_TABLE_NAMES.length)
    const dates = (await readMigrations()).find(({ name }) => name === '0012_dates') ?? expect.fail()
    await warehouse.use(async (session) => {
      for (const { table } of months)
        await session.query(
          `ALTER TABLE ${partitionName(table, november.number)} DROP CONSTRAINT ${table}_${november.number}_date_check`,
        )
      await session.query(
        `CREATE TABLE ${buildName('fact_core_metrics', december.number)} (LIKE fact_core_metrics)`,
      )
      for (const statement of dates.statements) await session.query(statement)
    })
    expect(await checks()).toEqual([
      ...made,
      {
        name: 'fact_core_metrics_202312_date_check',
        definition: String(made[0]?.definition)
          .replace('2023-11-01', '2023-12-01')
          .replace('2023-11-30', '2023-12-31'),
      },
    ])
  })
})
