import type { FactTableName } from '../model/fact.ts'
import type { ObjectId } from '../model/object-id.ts'
import type { WriteCounts } from '../model/quality.ts'
import { factColumns } from './fact-columns.ts'
import type { WriteRows } from './fact-staging.ts'
import type { Session } from './session.ts'

interface MergedFacts {
  readonly counts: WriteCounts
  /** The keys in `dim_date` of the days on which any row was written or deleted. */
  readonly changedDateIds: ReadonlySet<number>
}

interface MergedDays {
  /** Their keys in `dim_date`. */
  readonly dates: ReadonlySet<number>
  /** Whether nothing is written of them. */
  readonly areEmpty: boolean
}

const NOTHING_TO_MERGE: MergedFacts = {
  counts: { inserted: 0, updated: 0, unchanged: 0, deleted: 0 },
  changedDateIds: new Set(),
}

/**
 * Makes `table` hold, for the account and the days, exactly what `write` writes of it: what differs is written, what is gone deleted. Rows that stay the same are not touched at all. Belongs in a
 * transaction that holds the account's load lock.
 */
export async function mergeFacts(
  session: Session,
  table: FactTableName,
  accountId: ObjectId,
  { dates, areEmpty }: MergedDays,
  write: WriteRows,
): Promise<MergedFacts> {
  if (dates.size === 0) return NOTHING_TO_MERGE
  const slices = `account_id = ${accountId} AND date_id IN (${[...dates].join(', ')})`
  if (areEmpty) {
    const there = await session.query(`SELECT FROM ${table} WHERE ${slices} LIMIT 1`)
    if (there.length === 0) return NOTHING_TO_MERGE
  }
  const merged = `merged_${table}`
  const changed = `changed_${table}`
  const { all } = factColumns(table)
  await session.query(
    `CREATE TEMP TABLE ${merged} ON COMMIT DROP AS SELECT ${all.join(', ')} FROM ${table} WITH NO DATA`,
  )
  await write(table, dates, merged)
  // Temporary tables are never analysed by themselves, and the plans below depend on their size.
  await session.query(`ANALYZE ${merged}`)
  await session.query(changedSql(table, merged, changed, slices))
  await session.query(writeSql(table, changed))
  const gone = await session.query(deleteSql(table, merged, accountId, slices))
  const [counts] = await session.query(
    `SELECT (SELECT count(*) FROM ${merged}) AS merged, count(*) FILTER (WHERE is_new) AS inserted,
            count(*) FILTER (WHERE NOT is_new) AS updated,
            (SELECT json_agg(DISTINCT date_id) FROM ${changed}) AS days FROM ${changed}`,
  )
  const inserted = Number(counts?.inserted)
  const updated = Number(counts?.updated)
  const unchanged = Number(counts?.merged) - inserted - updated
  return {
    counts: { inserted, updated, unchanged, deleted: gone.length },
    changedDateIds: new Set([...parseDateIds(counts?.days), ...gone.map((row) => Number(row.date_id))]),
  }
}

/**
 * The rows that are new or differ. They are found before writing: ON CONFLICT locks, and so writes, also the rows
 * that its WHERE leaves alone. Not by the command tag, which on a distributed table counts what was read.
 */
function changedSql(table: FactTableName, merged: string, changed: string, slices: string): string {
  const { key, kept } = factColumns(table)
  const of = (alias: string, columns: readonly string[]) =>
    columns.map((column) => `${alias}.${column}`).join(', ')
  return `
    CREATE TEMP TABLE ${changed} ON COMMIT DROP AS
    SELECT ${of('m', [...key, ...kept])}, f.account_id IS NULL AS is_new
      FROM ${merged} m
      LEFT JOIN (SELECT * FROM ${table} WHERE ${slices}) f
        ON (${of('f', key)}) = (${of('m', key)})
     WHERE f.account_id IS NULL OR (${of('f', kept)}) IS DISTINCT FROM (${of('m', kept)})`
}

/** In the order of the key: half the cost of a new row is its place in the indexes. */
function writeSql(table: FactTableName, changed: string): string {
  const { key, kept } = factColumns(table)
  const columns = [...key, ...kept].join(', ')
  return `
    INSERT INTO ${table} (${columns}) SELECT ${columns} FROM ${changed} ORDER BY ${key.join(', ')}
    ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${kept.map((column) => `${column} = excluded.${column}`).join(', ')}`
}

/** EXCEPT rather than NOT EXISTS, which a distributed table refuses to be asked about a temporary one. */
function deleteSql(table: FactTableName, merged: string, accountId: ObjectId, slices: string): string {
  const { key } = factColumns(table)
  const others = key.filter((column) => column !== 'account_id')
  return `
    WITH gone AS (
      SELECT ${key.join(', ')} FROM ${table} WHERE ${slices}
      EXCEPT SELECT ${key.join(', ')} FROM ${merged}
    )
    DELETE FROM ${table} f USING gone g
     WHERE f.account_id = ${accountId} AND f.account_id = g.account_id
       AND ${others.map((column) => `f.${column} = g.${column}`).join(' AND ')}
    RETURNING f.date_id`
}

function parseDateIds(days: unknown): number[] {
  return Array.isArray(days) ? days.map(Number) : []
}
