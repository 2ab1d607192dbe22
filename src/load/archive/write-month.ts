import type { FactMonth } from '../fact-months.ts'
import type { Session, Warehouse } from '../session.ts'
import { ArchiveError, type ArchiveFolder } from './archive-folder.ts'
import type { IsHeld } from './archive-lock.ts'
import { sha256 } from './checksum.ts'
import {
  type ArchivedTable,
  encodeManifest,
  type Manifest,
  manifestPath,
  monthFolder,
  monthName,
} from './manifest.ts'
import { collectMembers, type MonthTable, readMonthTables } from './month-tables.ts'
import { createParquetFile, readParquetFile } from './parquet-file.ts'
import { differences, RowTally, readRows, readSums } from './table-rows.ts'

/** A file is made in memory: so many rows of facts are some 30 MB. */
const ROWS_A_FILE = 500_000

/**
 * Writes a month's rows beside the archived months, reads them back, and puts them in place of what the folder has of
 * the month, all in one step. The warehouse is left as it is. Throws ArchiveError when what is read back differs.
 */
export async function writeMonth(
  warehouse: Warehouse,
  folder: ArchiveFolder,
  month: FactMonth,
  nowMs: number,
  isHeld: IsHeld,
): Promise<Manifest> {
  const place = monthFolder(month)
  // Neither begins as a month does, so that nobody reads what is half there.
  const [writing, replaced] = [`writing-${monthName(month)}`, `replaced-${monthName(month)}`]
  // Of a run that was killed: the warehouse still had all of it.
  await folder.remove(writing)
  await folder.remove(replaced)
  const tables = await warehouse.use((session) =>
    session.transaction(async () => {
      // One moment for all tables. On Citus it is each node's own, and what changes meanwhile shows in the ledger.
      await session.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ')
      const written: Record<string, ArchivedTable> = {}
      const [ledger, ...others] = await readMonthTables(session, month)
      if (ledger) written[ledger.name] = await writeTable(session, folder, writing, ledger)
      await collectMembers(session, month)
      for (const table of others) written[table.name] = await writeTable(session, folder, writing, table)
      return written
    }),
  )
  for (const [name, table] of Object.entries(tables)) await verifyTable(folder, writing, name, table)
  const manifest: Manifest = {
    format: 1,
    month: monthName(month),
    archived_at: new Date(nowMs).toISOString(),
    tables,
  }
  await folder.write(manifestPath(writing), encodeManifest(manifest))
  await isHeld()
  if (await folder.exists(place)) await folder.rename(place, replaced)
  await folder.rename(writing, place)
  await folder.remove(replaced)
  return manifest
}

async function writeTable(
  session: Session,
  folder: ArchiveFolder,
  place: string,
  table: MonthTable,
): Promise<ArchivedTable> {
  const { rows, sums, columns } = await readSums(session, table)
  const files: ArchivedTable['files'] = []
  const tally = new RowTally(columns)
  let file = createParquetFile(columns)
  let inFile = 0
  const end = async () => {
    const bytes = file.finish()
    const path = `${table.name}/part-${String(files.length + 1).padStart(4, '0')}.parquet`
    await folder.write(`${place}/${path}`, bytes)
    files.push({ path, rows: inFile, bytes: bytes.byteLength, sha256: sha256(bytes) })
    file = createParquetFile(columns)
    inFile = 0
  }
  for await (const some of readRows(session, { ...table, columns })) {
    tally.add(some)
    file.addGroup(some)
    inFile += some.length
    if (inFile >= ROWS_A_FILE) await end()
  }
  // One without rows, too: whoever reads the table then finds its columns.
  if (inFile > 0 || files.length === 0) await end()
  return { columns, rows, sums: { ...sums }, digest: tally.digest(), files }
}

/** That the files hold what PostgreSQL has counted and added up, and the very rows that it gave. */
async function verifyTable(
  folder: ArchiveFolder,
  place: string,
  name: string,
  table: ArchivedTable,
): Promise<void> {
  const tally = new RowTally(table.columns)
  for (const { path, sha256: expected } of table.files) {
    const bytes = await folder.read(`${place}/${path}`)
    if (sha256(bytes) !== expected) throw damaged(folder, `${place}/${path}`, 'it is not what was written')
    for await (const rows of readParquetFile(bytes, table.columns)) tally.add(rows)
  }
  const wrong = differences(table, tally)
  if (wrong.length > 0)
    throw damaged(folder, `${place}/${name}`, `${wrong.join(', ')} differ from the warehouse's`)
  if (tally.digest() !== table.digest)
    throw damaged(folder, `${place}/${name}`, "its rows differ from the warehouse's")
}

function damaged(folder: ArchiveFolder, path: string, what: string): ArchiveError {
  return new ArchiveError(
    `${folder.location}/${path} was written and read back, and ${what}. The warehouse keeps the month; see whether the disk is sound, and run fbads archive again.`,
  )
}
