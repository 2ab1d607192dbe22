import { z } from 'zod'
import type { FactMonth } from '../fact-months.ts'
import { ArchiveError, type ArchiveFolder } from './archive-folder.ts'
import { COLUMN_TYPES } from './column.ts'

const COUNT = z.int().min(0)

/** What was read from one table, and the files that hold it. */
const TABLE = z.strictObject({
  columns: z.array(z.strictObject({ name: z.string(), type: z.enum(COLUMN_TYPES) })),
  rows: COUNT,
  /** Of each column of numbers, as PostgreSQL adds them up; null without values. */
  sums: z.record(z.string(), z.string().nullable()),
  /** SHA-256 of the rows as text, in their order. */
  digest: z.string(),
  files: z.array(z.strictObject({ path: z.string(), rows: COUNT, bytes: COUNT, sha256: z.string() })),
})

const MANIFEST = z.strictObject({
  format: z.literal(1),
  month: z.string().regex(/^\d{4}-\d{2}$/),
  archived_at: z.string(),
  tables: z.record(z.string(), TABLE),
})

/** What an archived month holds, in `manifest.json` beside its files. */
export type Manifest = z.infer<typeof MANIFEST>
export type ArchivedTable = z.infer<typeof TABLE>

export const LEDGER = 'etl_slice'

/** `2024-11`. */
export function monthName({ first }: Pick<FactMonth, 'first'>): string {
  return first.slice(0, 7)
}

/** Named as DuckDB, Spark and pandas expect a partition to be: `month` is then a column. */
export function monthFolder(month: FactMonth): string {
  return `month=${monthName(month)}`
}

export function manifestPath(folder: string): string {
  return `${folder}/manifest.json`
}

/** Throws ArchiveError when the month is not in the folder, or its manifest cannot be understood. */
export async function readManifest(folder: ArchiveFolder, month: FactMonth): Promise<Manifest> {
  const path = manifestPath(monthFolder(month))
  if (!(await folder.exists(path)))
    throw new ArchiveError(
      `There is no archive of ${monthName(month)} in ${folder.location}. See what is there, or set archiveFolder to where it is.`,
    )
  const parsed = MANIFEST.safeParse(parseJson(await folder.read(path)))
  if (!parsed.success || parsed.data.month !== monthName(month) || !(LEDGER in parsed.data.tables))
    throw new ArchiveError(
      `${folder.location}/${path} is damaged, or of another version of fbads. Nothing was changed: take it from a backup.`,
    )
  return parsed.data
}

export function encodeManifest(manifest: Manifest): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`)
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return null
  }
}
