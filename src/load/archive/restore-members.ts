import { AD_OBJECT_KINDS } from '../../model/ad-object.ts'
import { DIMENSIONS } from '../../model/dimension.ts'
import { LOOKUPS, type Lookup } from '../../model/fact.ts'
import type { FactMonth } from '../fact-months.ts'
import { createLookups } from '../lookups.ts'
import { retryTransaction } from '../retry-transaction.ts'
import type { Session, Warehouse } from '../session.ts'
import type { ArchiveFolder } from './archive-folder.ts'
import { type ArchiveColumn, type ArchiveRow, toPostgresText } from './column.ts'
import type { Manifest } from './manifest.ts'
import { readStoredRows, storedTable, toRecord } from './stored-month.ts'

const ROWS_A_STATEMENT = 1_000

/** The texts by which the members of a lookup are found. */
const TEXTS: Readonly<Record<Lookup, string>> = {
  age_group: 'age_group',
  gender: 'gender',
  country: 'country_code',
  action_type: 'action_type',
}

/** The ids that a lookup's members have in this warehouse, by those that they have in the archive. */
export type MemberIds = ReadonlyMap<Lookup, ReadonlyMap<string, string>>

/** Adds the members of lookups that the warehouse lacks; in one that has made the archive none. */
export async function restoreLookups(
  warehouse: Warehouse,
  folder: ArchiveFolder,
  month: FactMonth,
  manifest: Manifest,
): Promise<MemberIds> {
  const lookups = createLookups()
  const all = new Map<Lookup, ReadonlyMap<string, string>>()
  for (const lookup of LOOKUPS) {
    const table = storedTable(manifest, `dim_${lookup}`)
    const texts = new Map<string, string | null>()
    for await (const rows of readStoredRows(folder, month, table))
      for (const row of rows) {
        const member = toRecord(table, row)
        texts.set(member[`${lookup}_id`] ?? '', member[TEXTS[lookup]] ?? null)
      }
    const idOf = await lookups.idsOf(warehouse, lookup, new Set(texts.values()))
    all.set(lookup, new Map([...texts].map(([id, text]) => [id, idOf(text)])))
  }
  return all
}

/** Adds the accounts, campaigns, ad sets and ads that the warehouse lacks, as they were when the month was archived. */
export async function restoreMembers(
  warehouse: Warehouse,
  folder: ArchiveFolder,
  month: FactMonth,
  manifest: Manifest,
): Promise<void> {
  const tables = [
    { name: 'dim_account', key: 'account_id' },
    ...AD_OBJECT_KINDS.map((kind) => ({ name: DIMENSIONS[kind].table, key: DIMENSIONS[kind].key })),
  ]
  await warehouse.use((session) =>
    retryTransaction(session, async () => {
      for (const { name, key } of tables) {
        const table = storedTable(manifest, name)
        for await (const rows of readStoredRows(folder, month, table))
          for (let i = 0; i < rows.length; i += ROWS_A_STATEMENT)
            await addMissing(session, name, key, table.columns, rows.slice(i, i + ROWS_A_STATEMENT))
      }
    }),
  )
}

async function addMissing(
  session: Session,
  table: string,
  key: string,
  columns: readonly ArchiveColumn[],
  rows: readonly ArchiveRow[],
): Promise<void> {
  const keyIndex = columns.findIndex(({ name }) => name === key)
  const there = await session.query(
    `SELECT ${key} AS id FROM ${table} WHERE ${key} IN (SELECT json_array_elements_text($1::json)::bigint)`,
    [JSON.stringify(rows.map((row) => row[keyIndex]))],
  )
  const known = new Set(there.map(({ id }) => String(id)))
  const missing = rows.filter((row) => !known.has(row[keyIndex] ?? ''))
  if (missing.length > 0)
    await insertRows(session, table, columns, missing, `ORDER BY ${key} ON CONFLICT DO NOTHING`)
}

/** Inserts rows of an archive; `ending` follows their SELECT. */
export async function insertRows(
  session: Session,
  table: string,
  columns: readonly ArchiveColumn[],
  rows: readonly ArchiveRow[],
  ending: string,
): Promise<void> {
  const names = columns.map(({ name }) => name).join(', ')
  const types = columns
    .map(({ name, type }) => `${name} ${type === 'long numeric' ? 'numeric' : type}`)
    .join(', ')
  const records = rows.map((row) =>
    Object.fromEntries(columns.map(({ name, type }, i) => [name, toPostgresText(row[i] ?? null, type)])),
  )
  await session.query(
    `INSERT INTO ${table} AS t (${names}) SELECT ${names} FROM json_to_recordset($1::json) AS r (${types}) ${ending}`,
    [JSON.stringify(records)],
  )
}
