import { toDateId } from '../../model/calendar-date.ts'
import { FACT_TABLE_NAMES } from '../../model/fact.ts'
import type { FactMonth } from '../fact-months.ts'
import type { Warehouse } from '../session.ts'
import { LEDGER, monthName } from './manifest.ts'
import { HAS_FACTS, inDates } from './month-tables.ts'

/** What the warehouse holds of a month. Reads only. */
export async function countMonth(warehouse: Warehouse, month: FactMonth) {
  const days = `date_id >= ${toDateId(month.first)} AND date_id < ${toDateId(month.next)}`
  return warehouse.use(async (session) => {
    const [ledger] = await session.query(
      `SELECT count(*) AS slices FROM ${LEDGER} WHERE ${inDates(month)} AND ${HAS_FACTS}`,
    )
    const rows: Record<string, number> = {}
    for (const table of FACT_TABLE_NAMES) {
      const [found] = await session.query(`SELECT count(*) AS rows FROM ${table} WHERE ${days}`)
      rows[table] = Number(found?.rows)
    }
    return { month: monthName(month), slices: Number(ledger?.slices), rows }
  })
}
