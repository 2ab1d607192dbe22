import { isDeepStrictEqual } from 'node:util'
import { parseCalendarDate } from '../../model/calendar-date.ts'
import { FACT_TABLE_NAMES } from '../../model/fact.ts'
import { type FactMonth, monthsOf } from '../fact-months.ts'
import { finishBuilds } from '../finish-builds.ts'
import type { Warehouse } from '../session.ts'
import { ArchiveError, type ArchiveFolder } from './archive-folder.ts'
import type { IsHeld } from './archive-lock.ts'
import { dropMonth } from './drop-month.ts'
import { LEDGER, type Manifest, manifestPath, monthFolder, monthName, readManifest } from './manifest.ts'
import { restoreMonth } from './restore-month.ts'
import { readSlices, readStoredSlices, storedTable } from './stored-month.ts'
import { writeMonth } from './write-month.ts'

/** A month that left the warehouse, or would. */
export interface ArchivedMonth {
  /** `2024-11`. */
  readonly month: string
  readonly slices: number
  /** Of facts, by their tables. */
  readonly rows: Readonly<Record<string, number>>
  readonly files: number
  readonly bytes: number
}

/** The months that have facts in the warehouse, the oldest first. */
export async function readFactMonths(warehouse: Warehouse): Promise<FactMonth[]> {
  await finishBuilds(warehouse)
  const rows = await warehouse.use((session) =>
    session.query(
      `SELECT DISTINCT right(relname, 6) AS month FROM pg_class
        WHERE relispartition AND relkind IN ('r', 'p') AND relname ~ '^(${FACT_TABLE_NAMES.join('|')})_[0-9]{6}$'
          AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
        ORDER BY 1`,
    ),
  )
  return rows.flatMap(({ month }) => {
    const first = parseCalendarDate(String(month).replace(/(....)(..)/, '$1-$2-01'))
    return monthsOf(first, first)
  })
}

/**
 * Writes a month into the folder, reads it back, and only then drops it from the warehouse. After a kill at any moment
 * the warehouse or the folder has all of it, and the next call ends it. Throws ArchiveError.
 */
export async function archiveMonth(
  warehouse: Warehouse,
  folder: ArchiveFolder,
  month: FactMonth,
  nowMs: number,
  isHeld: IsHeld = async () => undefined,
): Promise<ArchivedMonth> {
  await bringTogether(warehouse, folder, month)
  const manifest = await writeMonth(warehouse, folder, month, nowMs, isHeld)
  // Nothing leaves the warehouse that is not in its place, whoever else has been at it.
  const inPlace = await readManifest(folder, month)
  if (!isDeepStrictEqual(inPlace, manifest))
    throw new ArchiveError(
      `${folder.location}/${monthFolder(month)} is not what was written there a moment ago: somebody else archives into this folder. The warehouse keeps the month; run fbads archive again when that has ended.`,
    )
  await isHeld()
  await dropMonth(warehouse, month, manifest)
  return summaryOf(manifest)
}

/**
 * A month of which slices are archived already, and others have come since, is archived as a whole: those come back
 * first. Throws ArchiveError when the folder lacks them, or holds slices that are none of this warehouse.
 */
async function bringTogether(warehouse: Warehouse, folder: ArchiveFolder, month: FactMonth): Promise<void> {
  const here = await warehouse.use((session) => readSlices(session, month))
  const isArchived = [...here.values()].some(({ state }) => state === 'archived')
  const isStored = await folder.exists(manifestPath(monthFolder(month)))
  if (!isArchived && !isStored) return
  const manifest = await readManifest(folder, month)
  const stored = await readStoredSlices(folder, month, manifest, here)
  const foreign = [...stored.keys()].find((key) => !here.has(key))
  if (foreign !== undefined) {
    const [accountId, report, date] = foreign.split(' ')
    throw new ArchiveError(
      `${folder.location}/${monthFolder(month)} holds ${report} of act_${accountId} on ${date}, which this warehouse has never loaded: ` +
        `another one archives into this folder. Give each its own archiveFolder, or bring the month back first (fbads archive --restore ${monthName(month)}).`,
    )
  }
  if (isArchived) await restoreMonth(warehouse, folder, month)
}

function summaryOf(manifest: Manifest): ArchivedMonth {
  const files = Object.values(manifest.tables).flatMap((table) => table.files)
  return {
    month: manifest.month,
    slices: storedTable(manifest, LEDGER).rows,
    rows: Object.fromEntries(FACT_TABLE_NAMES.map((name) => [name, storedTable(manifest, name).rows])),
    files: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
  }
}
