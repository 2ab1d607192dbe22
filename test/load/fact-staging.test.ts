import { expect, it } from 'vitest'
import { createFactStaging, stagedColumns } from '../../src/load/fact-staging.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const TABLE = 'fact_action_metrics'
const row = (ad: number) => stagedColumns(TABLE).map((column) => (column === 'ad_id' ? String(ad) : '0'))

async function tempTables(warehouse: Warehouse): Promise<unknown[]> {
  const rows = await warehouse.use((session) =>
    session.query("SELECT relname FROM pg_class WHERE relpersistence = 't' AND relname LIKE 'staged_fact%'"),
  )
  return rows.map((found) => found.relname)
}

describeOnEachWarehouse('staged rows', (open) => {
  it('move out of memory when they are many, and are all there in the end', async () => {
    const warehouse = await open()
    const staging = createFactStaging(warehouse, [TABLE], 1000)
    await staging.add(TABLE, [row(1)])
    expect(await tempTables(warehouse)).toHaveLength(0)
    await staging.add(
      TABLE,
      Array.from({ length: 100 }, (_, i) => row(i + 2)),
    )
    expect(await tempTables(warehouse)).toHaveLength(1)
    await staging.add(TABLE, [row(102)])
    const [found] = await staging.use((session, nameOf) =>
      session.query(`SELECT count(*) AS rows, count(DISTINCT ad_id) AS ads FROM ${nameOf(TABLE)}`),
    )
    expect(found).toEqual({ rows: '102', ads: '102' })
    await staging.close()
    await staging.close()
    expect(await tempTables(warehouse)).toEqual([])
  })

  it('of two loads at once do not mix, and leave connections to others', async () => {
    const warehouse = await open()
    const loads = Array.from({ length: 6 }, () => createFactStaging(warehouse, [TABLE], 0))
    await Promise.all(loads.map((staging, i) => staging.add(TABLE, [row(i)])))
    const ads = await Promise.all(
      loads.map((staging) =>
        staging.use(
          async (session, nameOf) => (await session.query(`SELECT ad_id FROM ${nameOf(TABLE)}`))[0]?.ad_id,
        ),
      ),
    )
    expect(ads).toEqual(['0', '1', '2', '3', '4', '5'])
    expect(await warehouse.use((session) => session.query('SELECT 1 AS one'))).toEqual([{ one: 1 }])
    await Promise.all(loads.map((staging) => staging.close()))
  })
})
