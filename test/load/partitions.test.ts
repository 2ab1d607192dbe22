import { expect, it } from 'vitest'
import { monthsOf } from '../../src/load/fact-months.ts'
import { ensureMonths } from '../../src/load/partitions.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { type CalendarDate, parseCalendarDate } from '../../src/model/calendar-date.ts'
import { FACT_TABLE_NAMES } from '../../src/model/fact.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const [OCTOBER, JANUARY, LEAP_DAY] = [
  parseCalendarDate('2023-10-31'),
  parseCalendarDate('2024-01-01'),
  parseCalendarDate('2024-02-29'),
]

const months = (since: CalendarDate, until: CalendarDate) =>
  monthsOf(since, until).flatMap((month) => FACT_TABLE_NAMES.map((table) => ({ table, month })))

async function partitions(warehouse: Warehouse, parent = '%'): Promise<unknown[]> {
  const rows = await warehouse.use((session) =>
    session.query(
      `SELECT relname, pg_get_expr(relpartbound, oid) AS bounds FROM pg_class
        WHERE relispartition AND relkind = 'r' AND relname LIKE $1
          AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) ORDER BY 1`,
      [parent],
    ),
  )
  return rows.map((row) => `${row.relname} ${row.bounds}`)
}

describeOnEachWarehouse('the months of the facts', (open) => {
  it('are made of every table that needs them', async () => {
    const warehouse = await open()
    await ensureMonths(warehouse, months(OCTOBER, JANUARY))
    expect(await partitions(warehouse, 'fact_core%')).toEqual([
      'fact_core_metrics_202310 FOR VALUES FROM (20231001) TO (20231101)',
      'fact_core_metrics_202311 FOR VALUES FROM (20231101) TO (20231201)',
      'fact_core_metrics_202312 FOR VALUES FROM (20231201) TO (20240101)',
      'fact_core_metrics_202401 FOR VALUES FROM (20240101) TO (20240201)',
    ])
    expect(await partitions(warehouse)).toHaveLength(16)
  })

  it('are made once, however many ask at once', async () => {
    const warehouse = await open()
    await Promise.all(
      [OCTOBER, JANUARY, OCTOBER, LEAP_DAY].map((since) => ensureMonths(warehouse, months(since, LEAP_DAY))),
    )
    const made = await partitions(warehouse)
    expect(made).toHaveLength(20)
    await ensureMonths(warehouse, months(LEAP_DAY, LEAP_DAY))
    expect(await partitions(warehouse)).toEqual(made)
  })

  it('have every foreign key, and every one is valid', async () => {
    const warehouse = await open()
    await ensureMonths(warehouse, months(LEAP_DAY, LEAP_DAY))
    const rows = await warehouse.use((session) =>
      session.query(
        `SELECT count(*)::integer AS keys, bool_and(convalidated) AS valid FROM pg_constraint c
           JOIN pg_class r ON r.oid = c.conrelid AND r.relispartition
          WHERE c.contype = 'f' AND c.connamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())`,
      ),
    )
    expect(rows).toEqual([{ keys: 24, valid: true }])
  })
})
