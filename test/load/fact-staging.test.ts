import { expect, it } from 'vitest'
import { createFactStaging, type FactStaging } from '../../src/load/fact-staging.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { factRow } from '../support/fact-rows.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const TABLE = 'fact_country_metrics'
const IDS = new Map([['country', () => '0'] as const])
const DAYS = new Set([20241028])
const add = (staging: FactStaging, ...ads: number[]) =>
  staging.add(
    TABLE,
    ads.map((ad) => factRow(TABLE, {}, ad)),
    IDS,
  )

async function tempTables(warehouse: Warehouse): Promise<unknown[]> {
  const rows = await warehouse.use((session) =>
    session.query("SELECT relname FROM pg_class WHERE relpersistence = 't' AND relname LIKE 'staged_fact%'"),
  )
  return rows.map((found) => found.relname)
}

/** What the staging writes. */
async function written(staging: FactStaging) {
  return staging.use(new Map(), async (session, write) => {
    await session.query(`CREATE TEMP TABLE written AS SELECT * FROM ${TABLE} WITH NO DATA`)
    const rows = await write(TABLE, DAYS, 'written')
    const [found] = await session.query('SELECT count(*) AS rows, count(DISTINCT ad_id) AS ads FROM written')
    await session.query('DROP TABLE written')
    return { rows: found?.rows, ads: found?.ads, written: rows }
  })
}

describeOnEachWarehouse('staged rows', (open) => {
  it('move out of memory when they are many, and are all there in the end', async () => {
    const warehouse = await open()
    const staging = createFactStaging(warehouse, [TABLE], { maxWaiting: 1000 })
    await add(staging, 1)
    expect(await tempTables(warehouse)).toHaveLength(0)
    await add(staging, ...Array.from({ length: 100 }, (_, i) => i + 2))
    expect(await tempTables(warehouse)).toHaveLength(1)
    await add(staging, 102)
    expect(staging.digests(TABLE).get(20241028).rows).toBe(102)
    expect(await written(staging)).toEqual({ rows: '102', ads: '102', written: 102 })
    await staging.close()
    await staging.close()
    expect(await tempTables(warehouse)).toEqual([])
  })

  it('of one key are one in the end, in memory and out of it', async () => {
    const warehouse = await open()
    for (const maxWaiting of [0, 1_000_000]) {
      const staging = createFactStaging(warehouse, [TABLE], { maxWaiting })
      await add(staging, 1, 2, 2)
      await add(staging, 1, 3)
      expect(await written(staging)).toEqual({ rows: '3', ads: '3', written: 3 })
      await staging.close()
    }
  })

  it('of two loads at once do not mix, and leave connections to others', async () => {
    const warehouse = await open()
    const loads = Array.from({ length: 6 }, () => createFactStaging(warehouse, [TABLE], { maxWaiting: 0 }))
    await Promise.all(
      loads.map((staging, i) => add(staging, ...Array.from({ length: i + 1 }, (_, ad) => ad))),
    )
    const found = await Promise.all(loads.map(written))
    expect(found.map(({ rows }) => rows)).toEqual(['1', '2', '3', '4', '5', '6'])
    expect(await warehouse.use((session) => session.query('SELECT 1 AS one'))).toEqual([{ one: 1 }])
    await Promise.all(loads.map((staging) => staging.close()))
  })
})
