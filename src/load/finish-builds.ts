import { AD_OBJECT_KINDS } from '../model/ad-object.ts'
import { type CalendarDate, parseCalendarDate } from '../model/calendar-date.ts'
import { DIMENSIONS } from '../model/dimension.ts'
import type { FactTableName } from '../model/fact.ts'
import { isReportName, REPORTS, type ReportName } from '../model/report.ts'
import { advisoryKey, LOCK_UNTIL_END } from './advisory-lock.ts'
import { buildKey } from './fact-builds.ts'
import { boundsOf, buildName, type FactMonth, monthsOf, partitionName } from './fact-months.ts'
import { findRelations } from './find-relations.ts'
import { keyBuild } from './key-build.ts'
import { moveBuilt } from './ledger.ts'
import { CITUS_SEQUENTIAL } from './migrate.ts'
import { quoteIdentifier } from './quote-identifier.ts'
import { retryTransaction } from './retry-transaction.ts'
import type { Row, Session, Warehouse } from './session.ts'

/**
 * A partition that is attached takes these locks for its foreign keys, in an order of its own. Taken beforehand, and in
 * the order in which loads write to the dimensions, they keep the two from waiting for each other crosswise.
 */
export const LOCK_DIMENSIONS = `
  LOCK TABLE dim_account, ${AD_OBJECT_KINDS.map((kind) => DIMENSIONS[kind].table).join(', ')}
    IN SHARE ROW EXCLUSIVE MODE`

/** A month of a report that is being built. */
export interface OpenBuild {
  readonly report: ReportName
  readonly month: FactMonth
  /** That wait in it. */
  readonly slices: number
}

/** Finishes every build there is that is due, the newest month first. */
export async function finishBuilds(
  warehouse: Warehouse,
  isDue: (build: OpenBuild) => boolean = () => true,
): Promise<void> {
  for (const build of (await readBuilds(warehouse)).filter(isDue)) await finishBuild(warehouse, build)
}

/** The builds that wait to be finished, the newest month first. Reads only. */
export async function readBuilds(warehouse: Warehouse): Promise<OpenBuild[]> {
  const rows = await warehouse.use((session) =>
    session.query(
      `SELECT report, date_trunc('month', date)::date AS month, count(*) AS slices
         FROM etl_built_slice GROUP BY 1, 2 ORDER BY 2 DESC, 1`,
    ),
  )
  return rows.flatMap(parseBuild)
}

/**
 * Brings the rows of a build into the facts and its slices into the ledger, in one transaction: as a partition,
 * whose keys are then checked all at once, or, where the month has one, row by row. Readers see all or nothing
 * of it and do not wait. Loads into the same month do; others wait only while foreign keys are checked.
 */
export async function finishBuild(
  warehouse: Warehouse,
  { report, month }: Pick<OpenBuild, 'report' | 'month'>,
): Promise<void> {
  const { schema } = warehouse
  await warehouse.use((session) =>
    retryTransaction(session, async () => {
      await session.query(CITUS_SEQUENTIAL)
      await session.query(LOCK_UNTIL_END, [buildKey(schema, report, month)])
      for (const table of REPORTS[report].tables) await keyBuild(session, table, month)
      await session.query(LOCK_UNTIL_END, [advisoryKey(schema, 'partitions')])
      await session.query(LOCK_DIMENSIONS)
      for (const table of REPORTS[report].tables) await finishTable(session, table, month)
      await moveBuilt(session, report, month)
    }),
  )
}

/** The build of a month becomes its partition, or its rows go into the one that is there. */
export async function finishTable(session: Session, table: FactTableName, month: FactMonth): Promise<void> {
  const names = [buildName(table, month.number), partitionName(table, month.number)]
  const there = await findRelations(session, names)
  const [build = '', partition = ''] = names.map(quoteIdentifier)
  if (!there.has(buildName(table, month.number))) return
  if (there.has(partitionName(table, month.number))) {
    await session.query(`INSERT INTO ${table} SELECT * FROM ${build} ORDER BY account_id, date_id, ad_id`)
    await session.query(`DROP TABLE ${build}`)
    return
  }
  await session.query(`ALTER TABLE ${build} RENAME TO ${partition}`)
  await session.query(`ALTER TABLE ${table} ATTACH PARTITION ${partition} ${boundsOf(month)}`)
}

function parseBuild({ report, month, slices }: Row): OpenBuild[] {
  const name = String(report)
  if (!isReportName(name)) return []
  const day: CalendarDate = parseCalendarDate(String(month))
  return monthsOf(day, day).map((each) => ({ report: name, month: each, slices: Number(slices) }))
}
