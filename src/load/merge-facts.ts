import { toDateId } from '../model/calendar-date.ts'
import type { FactTableName, MeasureKind } from '../model/fact.ts'
import { CLICK_SOURCES } from '../model/fact.ts'
import type { WriteCounts } from '../model/quality.ts'
import type { InsightsRequest, RequestOutcome } from '../model/slice.ts'
import { factColumns } from './fact-columns.ts'
import { quoteIdentifier } from './quote-identifier.ts'
import type { Session } from './session.ts'

interface MergedFacts {
  readonly counts: WriteCounts
  /** The keys in `dim_date` of the days on which any row was written or deleted. */
  readonly changedDateIds: ReadonlySet<number>
}

/**
 * Makes `table` hold, for the account and the days of `request`, exactly what `staged` holds: rows on one key
 * combined, what differs written, what is gone deleted. Rows that stay the same are not touched at all.
 * Belongs in a transaction that holds the account's load lock.
 */
export async function mergeFacts(
  session: Session,
  table: FactTableName,
  staged: string,
  request: InsightsRequest,
  clickSources: RequestOutcome['clickSources'],
): Promise<MergedFacts> {
  const merged = `merged_${table}`
  const changed = `changed_${table}`
  await session.query(mergeSql(table, staged, merged, clickSources))
  // Temporary tables are never analysed by themselves, and the plans below depend on their size.
  await session.query(`ANALYZE ${merged}`)
  await session.query(changedSql(table, merged, changed, request))
  await session.query(writeSql(table, changed))
  const gone = await session.query(deleteSql(table, merged), [
    request.accountId,
    toDateId(request.since),
    toDateId(request.until),
  ])
  const [counts] = await session.query(
    `SELECT (SELECT count(*) FROM ${merged}) AS merged, count(*) FILTER (WHERE is_new) AS inserted,
            count(*) FILTER (WHERE NOT is_new) AS updated,
            (SELECT json_agg(DISTINCT date_id) FROM ${changed}) AS days FROM ${changed}`,
  )
  await session.query(`DROP TABLE ${merged}, ${changed}`)
  const inserted = Number(counts?.inserted)
  const updated = Number(counts?.updated)
  const unchanged = Number(counts?.merged) - inserted - updated
  return {
    counts: { inserted, updated, unchanged, deleted: gone.length },
    changedDateIds: new Set([...parseDateIds(counts?.days), ...gone.map((row) => Number(row.date_id))]),
  }
}

const COMBINE: Readonly<Record<MeasureKind, (column: string) => string>> = {
  count: (column) => `coalesce(sum(s.${column}), 0)`,
  amount: (column) => `coalesce(sum(s.${column}), 0)`,
  unique: (column) => `CASE WHEN count(*) = 1 THEN max(s.${column}) END`,
}

/** One row for each key. A parent that only some of the rows know is known. */
function mergeSql(
  table: FactTableName,
  staged: string,
  merged: string,
  clickSources: RequestOutcome['clickSources'],
): string {
  const { key, parents, staged: measures, hasClicks } = factColumns(table)
  const keys = key.map((column) => `s.${column}`)
  const clicks = CLICK_SOURCES.map((source) => `WHEN '${source}' THEN sum(s.${source})`).join(' ')
  const columns = [
    ...keys,
    ...parents.map((column) => `max(s.${column}) AS ${column}`),
    ...measures.map(([column, kind]) => `${COMBINE[kind](column)} AS ${column}`),
    ...(hasClicks ? [`coalesce(CASE c.click_source ${clicks} END, 0) AS clicks`, 'c.click_source'] : []),
  ]
  const dates = [...clickSources.keys()].map(toDateId)
  const chosen = `unnest('{${dates.join(',')}}'::integer[], '{${[...clickSources.values()].join(',')}}'::text[])`
  return `
    CREATE TEMP TABLE ${merged} AS
    SELECT ${columns.join(', ')} FROM ${quoteIdentifier(staged)} s
      LEFT JOIN ${chosen} AS c (date_id, click_source) ON c.date_id = s.date_id
     GROUP BY ${[...keys, 'c.click_source'].join(', ')}`
}

/**
 * The rows that are new or differ. They are found before writing: ON CONFLICT locks, and so writes, also the rows
 * that its WHERE leaves alone. Not by the command tag, which on a distributed table counts what was read.
 */
function changedSql(table: FactTableName, merged: string, changed: string, request: InsightsRequest): string {
  const { key, kept } = factColumns(table)
  const of = (alias: string, columns: readonly string[]) =>
    columns.map((column) => `${alias}.${column}`).join(', ')
  return `
    CREATE TEMP TABLE ${changed} AS
    SELECT ${of('m', [...key, ...kept])}, f.account_id IS NULL AS is_new
      FROM ${merged} m
      LEFT JOIN (SELECT * FROM ${table} WHERE account_id = ${request.accountId}
        AND date_id BETWEEN ${toDateId(request.since)} AND ${toDateId(request.until)}) f
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
function deleteSql(table: FactTableName, merged: string): string {
  const { key } = factColumns(table)
  const others = key.filter((column) => column !== 'account_id')
  return `
    WITH gone AS (
      SELECT ${key.join(', ')} FROM ${table} WHERE account_id = $1 AND date_id BETWEEN $2 AND $3
      EXCEPT SELECT ${key.join(', ')} FROM ${merged}
    )
    DELETE FROM ${table} f USING gone g
     WHERE f.account_id = $1 AND f.account_id = g.account_id
       AND ${others.map((column) => `f.${column} = g.${column}`).join(' AND ')}
    RETURNING f.date_id`
}

function parseDateIds(days: unknown): number[] {
  return Array.isArray(days) ? days.map(Number) : []
}
