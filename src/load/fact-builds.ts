import { toDateId } from '../model/calendar-date.ts'
import type { FactTableName } from '../model/fact.ts'
import { REPORTS, type ReportName } from '../model/report.ts'
import type { InsightsRequest } from '../model/slice.ts'
import { advisoryKey, LOCK_UNTIL_END, SHARE_UNTIL_END } from './advisory-lock.ts'
import { distributeBuild } from './distribute-build.ts'
import { buildName, type DaysOfMonth, dateCheckOf, type FactMonth, monthsOf } from './fact-months.ts'
import type { WriteRows } from './fact-staging.ts'
import { findRelations } from './find-relations.ts'
import { quoteIdentifier } from './quote-identifier.ts'
import type { Session } from './session.ts'

/**
 * Whether the warehouse holds nothing of the request: no fact, and none that waits in a build. Only then may its rows
 * be built: nothing has to be compared with them.
 */
export async function isNewToWarehouse(session: Session, request: InsightsRequest): Promise<boolean> {
  const { accountId, report, since, until } = request
  const days = `account_id = ${accountId} AND date_id BETWEEN ${toDateId(since)} AND ${toDateId(until)}`
  const places = [
    ...REPORTS[report].tables.map((table) => `${table} WHERE ${days}`),
    `etl_built_slice WHERE account_id = ${accountId} AND report = '${report}' AND date BETWEEN '${since}' AND '${until}'`,
  ]
  const nothing = places.map((place) => `NOT EXISTS (SELECT FROM ${place})`)
  const [found] = await session.query(`SELECT ${nothing.join(' AND ')} AS is_new`)
  return found?.is_new === true
}

/** Whether slices of the request wait in a build. */
export async function isBeingBuilt(session: Session, request: InsightsRequest): Promise<boolean> {
  const rows = await session.query(
    'SELECT FROM etl_built_slice WHERE account_id = $1 AND report = $2 AND date BETWEEN $3 AND $4 LIMIT 1',
    [request.accountId, request.report, request.since, request.until],
  )
  return rows.length > 0
}

/** The key of the lock that loads into a month share, and that whoever finishes it has alone. */
export function buildKey(schema: string, report: ReportName, month: FactMonth): string {
  return advisoryKey(schema, 'build', `${report} ${month.number}`)
}

/**
 * Opens the builds of the request's months to the transaction: until its end nobody finishes them. Comes before
 * the dimensions are written, since who finishes a build waits for this and then writes to them.
 */
export async function shareBuilds(session: Session, schema: string, request: InsightsRequest): Promise<void> {
  const keys = monthsOf(request.since, request.until).map((month) => buildKey(schema, request.report, month))
  await session.query(SHARE_UNTIL_END, [keys])
}

/** Adds the rows of `table` that `write` writes to the builds of the months, which must be shared. Returns how many. */
export async function buildFacts(
  session: Session,
  schema: string,
  table: FactTableName,
  months: readonly DaysOfMonth[],
  write: WriteRows,
): Promise<number> {
  const names = months.map(({ month }) => buildName(table, month.number))
  const there = names.length === 0 ? new Set() : await findRelations(session, names)
  let rows = 0
  for (const { month, days } of months) {
    const name = buildName(table, month.number)
    if (!there.has(name)) await createBuild(session, schema, table, month)
    rows += await write(table, new Set(days.map(toDateId)), name)
  }
  return rows
}

/** Without keys and indexes: whoever finishes the build adds them, all rows at once. */
export async function createBuild(
  session: Session,
  schema: string,
  table: FactTableName,
  month: FactMonth,
): Promise<void> {
  const name = buildName(table, month.number)
  await session.query(LOCK_UNTIL_END, [advisoryKey(schema, 'create-build', name)])
  await session.query(
    `CREATE TABLE IF NOT EXISTS ${quoteIdentifier(name)} (LIKE ${table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS, ${dateCheckOf(table, month)})`,
  )
  await distributeBuild(session, name)
}
