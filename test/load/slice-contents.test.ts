import { expect, it } from 'vitest'
import { finishBuilds } from '../../src/load/finish-builds.ts'
import { startFactLoad } from '../../src/load/load-facts.ts'
import { createLookups } from '../../src/load/lookups.ts'
import { startRun } from '../../src/load/runs.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { daysOf, parseCalendarDate, toDateId } from '../../src/model/calendar-date.ts'
import type { FactRow } from '../../src/model/fact.ts'
import type { InsightsRequest } from '../../src/model/slice.ts'
import { readFacts, sorted } from '../support/fact-model.ts'
import { ACCOUNT, factRow, outcomeOf } from '../support/fact-rows.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const TABLE = 'fact_country_metrics'
const request: InsightsRequest = {
  accountId: ACCOUNT,
  report: 'country',
  since: parseCalendarDate('2024-10-30'),
  until: parseCalendarDate('2024-11-01'),
}
const DAYS = daysOf(request.since, request.until).map((day) => String(toDateId(day)))

/** Three ads on each of the three days. */
const rowsOf = (spendOf: (dateId: string, ad: number) => string): FactRow[] =>
  DAYS.flatMap((dateId) =>
    [1, 2, 3].map((ad) => factRow(TABLE, { date_id: dateId, country: 'US', spend: spendOf(dateId, ad) }, ad)),
  )
const SAME = rowsOf((dateId, ad) => `${Number(dateId) % 100}.${ad}`)

async function load(warehouse: Warehouse, rows: readonly FactRow[]) {
  const tools = { runId: await startRun(warehouse, request, 0), nowMs: () => 0 }
  const factLoad = startFactLoad(warehouse, createLookups(), request, tools)
  await factLoad.add(rows)
  const { counts, changedDays } = await factLoad.commit(outcomeOf(rows))
  return { ...counts[TABLE], days: [...changedDays].map((day) => String(toDateId(day))) }
}

/** A warehouse that has loaded SAME, and each row with the transaction that has written it. */
async function loaded(open: () => Promise<Warehouse>) {
  const warehouse = await open()
  await load(warehouse, SAME)
  await finishBuilds(warehouse)
  return warehouse
}
const query = (warehouse: Warehouse, sql: string) => warehouse.use((session) => session.query(sql))
const versions = (warehouse: Warehouse) =>
  query(warehouse, `SELECT date_id, ad_id, xmin::text, cmin::text FROM ${TABLE} ORDER BY 1, 2`)

describeOnEachWarehouse('a slice that is loaded again', (open) => {
  it('with the same rows is not staged, and none of them is written', async () => {
    const warehouse = await loaded(open)
    const before = await versions(warehouse)
    const statements: string[] = []
    const watched: Warehouse = {
      ...warehouse,
      use: (body) =>
        warehouse.use((session) =>
          body({
            ...session,
            query: (sql, params) => {
              statements.push(sql)
              return session.query(sql, params)
            },
            copy: () => expect.fail('Rows are copied.'),
          }),
        ),
    }
    expect(await load(watched, SAME)).toEqual({ inserted: 0, updated: 0, unchanged: 9, deleted: 0, days: [] })
    expect(statements.filter((sql) => /TEMP/.test(sql))).toEqual([])
    expect(await versions(warehouse)).toEqual(before)
  })

  it('is compared day by day', async () => {
    const warehouse = await loaded(open)
    const [, changed = ''] = DAYS
    const restated = rowsOf((dateId, ad) => (dateId === changed ? '7' : `${Number(dateId) % 100}.${ad}`))
    expect(await load(warehouse, restated)).toEqual({
      inserted: 0,
      updated: 3,
      unchanged: 6,
      deleted: 0,
      days: [changed],
    })
    expect(await load(warehouse, restated)).toMatchObject({ updated: 0, unchanged: 9 })
  })

  it('in another order is the same', async () => {
    const warehouse = await loaded(open)
    const before = await versions(warehouse)
    expect(await load(warehouse, SAME.toReversed())).toMatchObject({ inserted: 0, updated: 0, unchanged: 9 })
    expect(await versions(warehouse)).toEqual(before)
  })

  it('without rows of which some were there is empty, and then unchanged', async () => {
    const warehouse = await loaded(open)
    const rest = SAME.filter(({ date_id }) => date_id !== DAYS[0])
    expect(await load(warehouse, rest)).toMatchObject({ unchanged: 6, deleted: 3, days: [DAYS[0]] })
    expect(await load(warehouse, rest)).toMatchObject({ unchanged: 6, deleted: 0, days: [] })
    expect(await load(warehouse, [])).toMatchObject({ unchanged: 0, deleted: 6 })
  })

  it('is whole again when rows or partitions were dropped meanwhile', async () => {
    const warehouse = await loaded(open)
    const whole = sorted(await readFacts(warehouse, TABLE))
    await query(
      warehouse,
      `DELETE FROM ${TABLE} WHERE (date_id, ad_id) = (SELECT min(date_id), min(ad_id) FROM ${TABLE})`,
    )
    expect(await load(warehouse, SAME)).toMatchObject({ inserted: 1, unchanged: 8 })
    await query(warehouse, `DROP TABLE ${TABLE}_202411`)
    expect(await load(warehouse, SAME)).toMatchObject({ inserted: 3, unchanged: 6 })
    expect(sorted(await readFacts(warehouse, TABLE))).toEqual(whole)
  })
})
