import { expect, it } from 'vitest'
import { monthsOf } from '../../src/load/fact-months.ts'
import { ensureMonths } from '../../src/load/partitions.ts'
import { readForChecks } from '../../src/load/read-for-checks.ts'
import { parseCalendarDate, toDateId } from '../../src/model/calendar-date.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const DAY = parseCalendarDate('2024-11-01')

describeOnEachWarehouse('what checks read', (open) => {
  it('is added up without sorting, also of a month that the planner knows nothing of', async () => {
    const warehouse = await open()
    const months = monthsOf(DAY, DAY).map((month) => ({ table: 'fact_age_gender_metrics' as const, month }))
    await ensureMonths(warehouse, months)
    const plan = await readForChecks(warehouse)(
      `EXPLAIN SELECT f.campaign_id, f.ad_id, count(*) FROM fact_age_gender_metrics f
        WHERE f.account_id = ANY($1::bigint[]) AND f.date_id BETWEEN $2 AND $3 GROUP BY 1, 2`,
      ['{1,2}', toDateId(DAY), 20241130],
    )
    const lines = plan.map((row) => String(row['QUERY PLAN']))
    expect(lines).toContainEqual(expect.stringContaining('HashAggregate'))
    expect(lines).not.toContainEqual(expect.stringMatching(/Sort/))
    // The connection is others', too.
    expect(await warehouse.use((session) => session.query('SHOW enable_sort'))).toEqual([
      { enable_sort: 'on' },
    ])
  })
})
