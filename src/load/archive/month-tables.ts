import { AD_OBJECT_KINDS } from '../../model/ad-object.ts'
import { toDateId } from '../../model/calendar-date.ts'
import { DIMENSIONS } from '../../model/dimension.ts'
import { FACT_TABLE_NAMES, type FactTableName, LOOKUPS } from '../../model/fact.ts'
import { factColumns } from '../fact-columns.ts'
import type { FactMonth } from '../fact-months.ts'
import type { Session } from '../session.ts'
import { type ArchiveColumn, COLUMN_TYPES } from './column.ts'
import { LEDGER } from './manifest.ts'

/** Rows of one table that belong to a month. */
export interface MonthTable {
  readonly name: string
  readonly columns: readonly ArchiveColumn[]
  /** What stands after FROM. */
  readonly from: string
  /** Columns that tell rows apart. */
  readonly key: readonly string[]
}

/** The column of an archived fact that its table lacks: people ask by dates. */
export const DATE_COLUMN = 'date'

/** Slices whose facts are in the warehouse: those that failed when they were last read may have facts, too. */
export const HAS_FACTS = "loaded_at IS NOT NULL AND status IN ('loaded', 'failed')"

/**
 * What a month is made of: the ledger first, since a load that comes while the facts are read then shows in it; the
 * facts; and the members that they name, so that the month can be read without its warehouse.
 */
export async function readMonthTables(session: Session, month: FactMonth): Promise<MonthTable[]> {
  const sources = [
    { name: LEDGER, from: ledgerOf(month), key: ['account_id', 'report', 'date'] },
    ...FACT_TABLE_NAMES.map((name) => ({ name, from: factsOf(name, month), key: factColumns(name).key })),
    {
      name: 'dim_account',
      from: `dim_account WHERE account_id IN (${membersOf('account_id')})`,
      key: ['account_id'],
    },
    ...AD_OBJECT_KINDS.map((kind) => {
      const { table, key } = DIMENSIONS[kind]
      return { name: table, from: `${table} WHERE ${key} IN (${membersOf(key)})`, key: [key] }
    }),
    ...LOOKUPS.map((lookup) => ({ name: `dim_${lookup}`, from: `dim_${lookup}`, key: [`${lookup}_id`] })),
  ]
  const columns = await readColumns(
    session,
    sources.map(({ name }) => name),
  )
  return sources.map(({ name, from, key }) => ({ name, from, key, columns: columns.get(name) ?? [] }))
}

export function factTable(
  name: FactTableName,
  month: FactMonth,
  columns: readonly ArchiveColumn[],
): MonthTable {
  return { name, from: factsOf(name, month), key: factColumns(name).key, columns }
}

export function ledgerTable(month: FactMonth, columns: readonly ArchiveColumn[]): MonthTable {
  return { name: LEDGER, from: ledgerOf(month), key: ['account_id', 'report', 'date'], columns }
}

function ledgerOf(month: FactMonth): string {
  return `${LEDGER} WHERE ${inDates(month)} AND ${HAS_FACTS}`
}

/** Of the dates of the ledger. */
export function inDates({ first, next }: FactMonth): string {
  return `date >= '${first}' AND date < '${next}'`
}

function factsOf(table: FactTableName, month: FactMonth): string {
  return `(SELECT *, make_date(date_id / 10000, date_id / 100 % 100, date_id % 100) AS ${DATE_COLUMN} FROM ${table} WHERE ${inDateIds(month)}) f`
}

function inDateIds({ first, next }: FactMonth): string {
  return `date_id >= ${toDateId(first)} AND date_id < ${toDateId(next)}`
}

/** Ids that the month names, for as long as the transaction: its facts are many, and are read for this once. */
const NAMED = 'archive_members'

/** Makes what the members of `readMonthTables` are found by. Belongs in their transaction, which may not be read-only. */
export async function collectMembers(session: Session, month: FactMonth): Promise<void> {
  const ids = ['account_id', ...AD_OBJECT_KINDS.map((kind) => DIMENSIONS[kind].key)]
  const named = FACT_TABLE_NAMES.map(
    (table) => `SELECT ${ids.join(', ')} FROM ${table} WHERE ${inDateIds(month)}`,
  )
  const accounts = `SELECT account_id${', 0'.repeat(ids.length - 1)} FROM ${ledgerOf(month)}`
  await session.query(`CREATE TEMP TABLE ${NAMED} ON COMMIT DROP AS ${[...named, accounts].join(' UNION ')}`)
}

/** Members that the month names, and those that these name: a foreign key of each is to be met. */
function membersOf(key: string): string {
  const below = AD_OBJECT_KINDS.filter((kind) => key in DIMENSIONS[kind].attributes)
  return [
    `SELECT ${key} FROM ${NAMED}`,
    ...below.map((kind) => {
      const child = DIMENSIONS[kind]
      return `SELECT ${key} FROM ${child.table} WHERE ${child.key} IN (${membersOf(child.key)})`
    }),
  ].join(' UNION ')
}

/** Of each table. Throws Error on a type that an archive does not know: a migration brings it, and its format here. */
async function readColumns(
  session: Session,
  tables: readonly string[],
): Promise<ReadonlyMap<string, ArchiveColumn[]>> {
  const rows = await session.query(
    `SELECT c.relname AS table, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
        AND c.relname IN (SELECT json_array_elements_text($1::json))
      ORDER BY c.relname, a.attnum`,
    [JSON.stringify(tables)],
  )
  const columns = new Map<string, ArchiveColumn[]>(
    FACT_TABLE_NAMES.map((table) => [table, [{ name: DATE_COLUMN, type: 'date' }]]),
  )
  for (const row of rows) {
    const type = COLUMN_TYPES.find((known) => known === row.type)
    if (type === undefined)
      throw new Error(`${row.table}.${row.name} is ${row.type}, which no archive can hold`)
    const table = String(row.table)
    columns.set(table, [...(columns.get(table) ?? []), { name: String(row.name), type }])
  }
  return columns
}
