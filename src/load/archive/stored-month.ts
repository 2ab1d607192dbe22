import { type CalendarDate, parseCalendarDate } from '../../model/calendar-date.ts'
import type { FactMonth } from '../fact-months.ts'
import type { Session } from '../session.ts'
import { ArchiveError, type ArchiveFolder } from './archive-folder.ts'
import { sha256 } from './checksum.ts'
import type { ArchiveRow } from './column.ts'
import { type ArchivedTable, LEDGER, type Manifest, monthFolder, monthName } from './manifest.ts'
import { inDates } from './month-tables.ts'
import { readParquetFile } from './parquet-file.ts'

/** The rows of an archived table, some at a time. Throws ArchiveError when a file is not as it was written. */
export async function* readStoredRows(
  folder: ArchiveFolder,
  month: FactMonth,
  table: ArchivedTable,
): AsyncGenerator<ArchiveRow[]> {
  for (const file of table.files) {
    const path = `${monthFolder(month)}/${file.path}`
    const bytes = await folder.read(path)
    if (sha256(bytes) !== file.sha256)
      throw new ArchiveError(
        `${folder.location}/${path} is not as it was written. Nothing was changed: take it from a backup.`,
      )
    yield* readParquetFile(bytes, table.columns)
  }
}

/** One table of an archived month. Throws ArchiveError when it has none of this name. */
export function storedTable({ month, tables }: Manifest, name: string): ArchivedTable {
  const table = tables[name]
  if (table === undefined)
    throw new ArchiveError(`The archive of ${month} has no table ${name}. Nothing was changed.`)
  return table
}

/** A row of an archived table by its columns' names. */
export function toRecord({ columns }: ArchivedTable, row: ArchiveRow): Record<string, string | null> {
  return Object.fromEntries(columns.map(({ name }, i) => [name, row[i] ?? null]))
}

/** A slice of the ledger, here or in an archive. */
export interface StoredSlice {
  readonly accountId: string
  readonly report: string
  readonly date: CalendarDate
  /** Here: whether its facts are in the warehouse, in an archive, or in neither. */
  readonly state: 'here' | 'archived' | 'gone'
  /** Equal when its facts are; null in ledgers of old versions. */
  readonly fingerprint: string | null
}

function sliceKey({ accountId, report, date }: Omit<StoredSlice, 'state' | 'fingerprint'>): string {
  return `${accountId} ${report} ${date}`
}

/** The warehouse's slices of a month, by their keys. */
export async function readSlices(
  session: Session,
  month: FactMonth,
): Promise<ReadonlyMap<string, StoredSlice>> {
  const rows = await session.query(
    `SELECT account_id, report, date, status, loaded_at, fingerprint FROM ${LEDGER} WHERE ${inDates(month)}`,
  )
  const slices = rows.map((row): StoredSlice => {
    const isHere = row.loaded_at !== null && (row.status === 'loaded' || row.status === 'failed')
    return {
      accountId: String(row.account_id),
      report: String(row.report),
      date: parseCalendarDate(String(row.date)),
      state: isHere ? 'here' : row.status === 'archived' ? 'archived' : 'gone',
      fingerprint: typeof row.fingerprint === 'string' ? row.fingerprint : null,
    }
  })
  return new Map(slices.map((slice) => [sliceKey(slice), slice]))
}

/**
 * The archive's slices by their keys. Throws ArchiveError when they are not those that the warehouse has archived: an
 * older copy of the folder, or another warehouse's.
 */
export async function readStoredSlices(
  folder: ArchiveFolder,
  month: FactMonth,
  manifest: Manifest,
  here: ReadonlyMap<string, StoredSlice>,
): Promise<ReadonlyMap<string, Record<string, string | null>>> {
  const table = storedTable(manifest, LEDGER)
  const stored = new Map<string, Record<string, string | null>>()
  for await (const rows of readStoredRows(folder, month, table))
    for (const row of rows) {
      const record = toRecord(table, row)
      const date = parseCalendarDate(record.date ?? '')
      stored.set(sliceKey({ accountId: record.account_id ?? '', report: record.report ?? '', date }), record)
    }
  for (const [key, slice] of here) {
    const record = stored.get(key)
    if (slice.state !== 'archived' || (record && record.fingerprint === slice.fingerprint)) continue
    const [accountId, report, date] = key.split(' ')
    throw new ArchiveError(
      `The archive of ${monthName(month)} in ${folder.location} is not the one that this warehouse has made: ` +
        `${report} of act_${accountId} on ${date} ${record ? 'is another' : 'is not in it'}. Nothing was changed.`,
    )
  }
  return stored
}
