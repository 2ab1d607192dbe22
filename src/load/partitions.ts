import { addDays, type CalendarDate, parseCalendarDate, toDateId } from '../model/calendar-date.ts'
import { FACT_TABLE_NAMES } from '../model/fact.ts'
import { advisoryKey, LOCK_UNTIL_END } from './advisory-lock.ts'
import { CITUS_SEQUENTIAL } from './migrate.ts'
import { quoteIdentifier } from './quote-identifier.ts'
import { retryTransaction } from './retry-transaction.ts'
import type { Session, Warehouse } from './session.ts'

/** Makes the monthly partitions of every fact table for the days `since` to `until`, both included. */
export async function ensureMonths(
  warehouse: Warehouse,
  since: CalendarDate,
  until: CalendarDate,
): Promise<void> {
  const partitions = partitionsOf(since, until)
  await warehouse.use(async (session) => {
    if ((await missing(session, partitions)).length === 0) return
    await retryTransaction(session, async () => {
      await session.query(CITUS_SEQUENTIAL)
      await session.query(LOCK_UNTIL_END, [advisoryKey(warehouse.schema, 'partitions')])
      // A new partition locks the dimensions that its foreign keys name. Taken first, in the order in which loads
      // write dimensions and then facts, the locks cannot cross those of a load.
      await session.query(
        'LOCK TABLE dim_account, dim_campaign, dim_adset, dim_ad IN SHARE ROW EXCLUSIVE MODE',
      )
      for (const partition of await missing(session, partitions)) await session.query(toSql(partition))
    })
  })
}

interface Partition {
  readonly name: string
  readonly parent: string
  /** Keys of `dim_date`: the month's first day, included, and the next month's, excluded. */
  readonly from: number
  readonly to: number
}

function partitionsOf(since: CalendarDate, until: CalendarDate): Partition[] {
  const partitions: Partition[] = []
  for (let first = firstOfMonth(since); first <= until; ) {
    const next = firstOfMonth(addDays(first, 31))
    const from = toDateId(first)
    for (const parent of FACT_TABLE_NAMES) {
      partitions.push({ name: `${parent}_${Math.floor(from / 100)}`, parent, from, to: toDateId(next) })
    }
    first = next
  }
  return partitions
}

function firstOfMonth(date: CalendarDate): CalendarDate {
  return parseCalendarDate(`${date.slice(0, 7)}-01`)
}

async function missing(session: Session, partitions: readonly Partition[]): Promise<Partition[]> {
  const rows = await session.query(
    `SELECT relname FROM pg_class
      WHERE relispartition AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())`,
  )
  const there = new Set(rows.map((row) => row.relname))
  return partitions.filter((partition) => !there.has(partition.name))
}

function toSql({ name, parent, from, to }: Partition): string {
  return `CREATE TABLE ${quoteIdentifier(name)} PARTITION OF ${parent} FOR VALUES FROM (${from}) TO (${to})`
}
