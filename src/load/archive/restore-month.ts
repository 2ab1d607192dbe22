import { FACT_TABLE_NAMES, type FactTableName } from '../../model/fact.ts'
import { REPORT_NAMES, REPORTS } from '../../model/report.ts'
import { advisoryKey, LOCK_UNTIL_END } from '../advisory-lock.ts'
import { toCopyText } from '../copy-text.ts'
import { createBuild } from '../fact-builds.ts'
import { factColumns } from '../fact-columns.ts'
import { buildName, type FactMonth } from '../fact-months.ts'
import { finishBuilds, finishTable, LOCK_DIMENSIONS } from '../finish-builds.ts'
import { CITUS_SEQUENTIAL } from '../migrate.ts'
import { quoteIdentifier } from '../quote-identifier.ts'
import { retryTransaction } from '../retry-transaction.ts'
import type { Session, Warehouse } from '../session.ts'
import { ArchiveError, type ArchiveFolder } from './archive-folder.ts'
import { type ArchiveRow, toPostgresText } from './column.ts'
import { lockMonth } from './drop-month.ts'
import { LEDGER, type Manifest, monthName, readManifest } from './manifest.ts'
import { DATE_COLUMN } from './month-tables.ts'
import { insertRows, type MemberIds, restoreLookups, restoreMembers } from './restore-members.ts'
import { readSlices, readStoredRows, readStoredSlices, storedTable } from './stored-month.ts'

const SLICES_A_STATEMENT = 5_000

/** What came back. */
export interface RestoredMonth {
  readonly slices: number
  readonly rows: Readonly<Record<FactTableName, number>>
}

/**
 * Brings the slices of an archived month back whose facts the warehouse lacks, with their rows of the ledger, in one
 * transaction. Those that it has are newer and stay. The files stay, too. Throws ArchiveError for files that are
 * damaged, or are not those that the warehouse has archived: then nothing has changed.
 */
export async function restoreMonth(
  warehouse: Warehouse,
  folder: ArchiveFolder,
  month: FactMonth,
): Promise<RestoredMonth> {
  const manifest = await readManifest(folder, month)
  const here = await warehouse.use((session) => readSlices(session, month))
  const stored = await readStoredSlices(folder, month, manifest, here)
  if ([...stored.keys()].every((key) => here.get(key)?.state === 'here')) return NOTHING
  await finishBuilds(warehouse, (build) => build.month.number === month.number)
  const ids = await restoreLookups(warehouse, folder, month, manifest)
  await restoreMembers(warehouse, folder, month, manifest)
  return warehouse.use((session) =>
    retryTransaction(session, async () => {
      await session.query(CITUS_SEQUENTIAL)
      await lockMonth(session, warehouse.schema, month)
      // Once more: a load may have brought some meanwhile.
      const now = await readSlices(session, month)
      const lacking = new Set([...stored.keys()].filter((key) => now.get(key)?.state !== 'here'))
      const rows = { ...NOTHING.rows }
      for (const table of FACT_TABLE_NAMES)
        rows[table] = await buildTable(
          session,
          warehouse.schema,
          { folder, month, manifest, lacking, ids },
          table,
        )
      await session.query(LOCK_UNTIL_END, [advisoryKey(warehouse.schema, 'partitions')])
      await session.query(LOCK_DIMENSIONS)
      for (const table of FACT_TABLE_NAMES) await finishTable(session, table, month)
      await restoreSlices(session, folder, month, manifest, lacking)
      return { slices: lacking.size, rows }
    }),
  )
}

const NOTHING: RestoredMonth = {
  slices: 0,
  rows: { fact_core_metrics: 0, fact_age_gender_metrics: 0, fact_country_metrics: 0, fact_action_metrics: 0 },
}

interface Source {
  readonly folder: ArchiveFolder
  readonly month: FactMonth
  readonly manifest: Manifest
  /** Keys of the slices to bring. */
  readonly lacking: ReadonlySet<string>
  readonly ids: MemberIds
}

/** Copies the rows of a table into a build of their own. Returns how many. */
async function buildTable(
  session: Session,
  schema: string,
  { folder, month, manifest, lacking, ids }: Source,
  name: FactTableName,
): Promise<number> {
  const table = storedTable(manifest, name)
  const indexOf = (column: string) => table.columns.findIndex((each) => each.name === column)
  const [account, date] = [indexOf('account_id'), indexOf(DATE_COLUMN)]
  const report = REPORT_NAMES.find((each) => REPORTS[each].tables.some((own) => own === name))
  const members = factColumns(name).lookups.map((lookup) => ({
    index: indexOf(`${lookup}_id`),
    ids: ids.get(lookup),
  }))
  const kept = table.columns.flatMap((column, index) =>
    column.name === DATE_COLUMN ? [] : [{ ...column, index }],
  )
  const toRow = (row: ArchiveRow) => {
    const cells = [...row]
    for (const { index, ids: known } of members) cells[index] = known?.get(row[index] ?? '') ?? null
    return kept.map(({ index, type }) => toPostgresText(cells[index] ?? null, type))
  }
  const build = buildName(name, month.number)
  let count = 0
  for await (const rows of readStoredRows(folder, month, table)) {
    const own = rows.filter((row) => lacking.has(`${row[account]} ${report} ${row[date]}`)).map(toRow)
    if (own.length === 0) continue
    if (count === 0) await createBuild(session, schema, name, month)
    await session.copy(
      build,
      kept.map(({ name: column }) => column),
      toCopyText(own),
    )
    count += own.length
  }
  if (count > 0) await expectRows(session, build, count, monthName(month))
  return count
}

async function expectRows(session: Session, build: string, count: number, month: string): Promise<void> {
  const [found] = await session.query(`SELECT count(*) AS rows FROM ${quoteIdentifier(build)}`)
  if (Number(found?.rows) === count) return
  throw new ArchiveError(
    `Of ${count} rows of ${month} ${found?.rows} have arrived in ${build}. Nothing was changed.`,
  )
}

async function restoreSlices(
  session: Session,
  folder: ArchiveFolder,
  month: FactMonth,
  manifest: Manifest,
  lacking: ReadonlySet<string>,
): Promise<void> {
  const { columns } = storedTable(manifest, LEDGER)
  const indexOf = (column: string) => columns.findIndex(({ name }) => name === column)
  const key = ['account_id', 'report', 'date'].map(indexOf)
  const others = columns
    .map(({ name }) => name)
    .filter((name) => !['account_id', 'report', 'date'].includes(name))
  const set = others.map((name) => `${name} = excluded.${name}`).join(', ')
  for await (const rows of readStoredRows(folder, month, storedTable(manifest, LEDGER))) {
    const own = rows.filter((row) => lacking.has(key.map((index) => row[index]).join(' ')))
    for (let i = 0; i < own.length; i += SLICES_A_STATEMENT)
      await insertRows(
        session,
        LEDGER,
        columns,
        own.slice(i, i + SLICES_A_STATEMENT),
        `ORDER BY account_id, report, date ON CONFLICT (account_id, report, date) DO UPDATE SET ${set}`,
      )
  }
}
