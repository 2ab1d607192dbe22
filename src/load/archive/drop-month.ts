import { FACT_TABLE_NAMES } from '../../model/fact.ts'
import { REPORT_NAMES, REPORTS } from '../../model/report.ts'
import { advisoryKey, LOCK_UNTIL_END } from '../advisory-lock.ts'
import { buildKey } from '../fact-builds.ts'
import { type FactMonth, partitionName } from '../fact-months.ts'
import { findRelations } from '../find-relations.ts'
import { CITUS_SEQUENTIAL } from '../migrate.ts'
import { quoteIdentifier } from '../quote-identifier.ts'
import { retryTransaction } from '../retry-transaction.ts'
import type { Session, Warehouse } from '../session.ts'
import { ArchiveError } from './archive-folder.ts'
import { type ArchivedTable, LEDGER, type Manifest, monthName } from './manifest.ts'
import { factTable, HAS_FACTS, inDates, ledgerTable } from './month-tables.ts'
import { differences, RowTally, readRows, readSums } from './table-rows.ts'

/**
 * To drop a month waits for the questions that are being answered, and whoever comes meanwhile waits behind it. No
 * question of a dashboard takes so long; a sync or the next run tries again.
 */
const DROP_WAITS = "SET LOCAL lock_timeout = '60s'"

/**
 * Drops the month's facts and says so in the ledger, in one transaction: as archived where `manifest` says what the
 * files hold, for good where it is null. Throws ArchiveError when the warehouse does not hold exactly that any more.
 */
export async function dropMonth(
  warehouse: Warehouse,
  month: FactMonth,
  manifest: Manifest | null,
): Promise<void> {
  await warehouse.use((session) =>
    retryTransaction(session, async () => {
      await session.query(CITUS_SEQUENTIAL)
      await lockMonth(session, warehouse.schema, month)
      if (manifest !== null) await compare(session, month, manifest)
      await session.query(LOCK_UNTIL_END, [advisoryKey(warehouse.schema, 'partitions')])
      const names = tablesByReport().map((table) => partitionName(table, month.number))
      const there = await findRelations(session, names)
      await session.query(DROP_WAITS)
      for (const name of names.filter((each) => there.has(each)))
        await session.query(`DROP TABLE ${quoteIdentifier(name)}`)
      await session.query(
        `UPDATE etl_slice SET status = '${manifest === null ? 'dropped' : 'archived'}' WHERE ${inDates(month)} AND ${HAS_FACTS}`,
      )
    }),
  )
}

/** Keeps loads out of the month until the transaction ends. Throws ArchiveError while one is in it. */
export async function lockMonth(session: Session, schema: string, month: FactMonth): Promise<void> {
  for (const report of REPORT_NAMES) await session.query(LOCK_UNTIL_END, [buildKey(schema, report, month)])
  const built = await session.query(`SELECT FROM etl_built_slice WHERE ${inDates(month)} LIMIT 1`)
  if (built.length > 0)
    throw new ArchiveError(
      `A sync is loading days of ${monthName(month)}. Run the same command again when it has ended.`,
    )
}

/** In the order in which loads write to them. */
function tablesByReport() {
  return REPORT_NAMES.flatMap((report) => REPORTS[report].tables)
}

async function compare(session: Session, month: FactMonth, { tables }: Manifest): Promise<void> {
  const changed = new ArchiveError(
    `${monthName(month)} has changed while it was archived, and stays in the warehouse. Run fbads archive again.`,
  )
  const ledger: ArchivedTable | undefined = tables[LEDGER]
  if (ledger === undefined) throw changed
  const tally = new RowTally(ledger.columns)
  for await (const rows of readRows(session, ledgerTable(month, ledger.columns))) tally.add(rows)
  // Each load leaves its mark in the ledger; what people have changed by hand shows in the sums.
  if (tally.digest() !== ledger.digest) throw changed
  for (const name of FACT_TABLE_NAMES) {
    const table = tables[name]
    if (table === undefined) throw changed
    const now = await readSums(session, factTable(name, month, table.columns))
    if (differences(now, table).length > 0) throw changed
  }
}
