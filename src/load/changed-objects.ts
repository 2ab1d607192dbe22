import type { AdObjectKind } from '../model/ad-object.ts'
import { DIMENSIONS, type DimensionRow } from '../model/dimension.ts'
import type { ObjectId } from '../model/object-id.ts'
import type { Session } from './session.ts'
import { storableJson } from './storable-text.ts'

/**
 * Those of the rows, which have every column, that differ from their dimension or from their current version in its
 * history. Asked first, since most syncs find none, and temporary tables are written to the catalogue.
 */
export async function findChanged(
  session: Session,
  kind: AdObjectKind,
  accountId: ObjectId,
  rows: readonly DimensionRow[],
): Promise<DimensionRow[]> {
  const { table, key, attributes } = DIMENSIONS[kind]
  const of = (alias: string) =>
    Object.keys(attributes)
      .map((column) => `${alias}.${column}`)
      .join(', ')
  const changed = await session.query(
    `SELECT s.${key}::text AS id FROM json_populate_recordset(NULL::${table}, $1::json) s
       LEFT JOIN ${table} d ON d.${key} = s.${key}
       LEFT JOIN (SELECT * FROM ${table}_history WHERE account_id = ${accountId} AND valid_to IS NULL) h
         ON h.${key} = s.${key}
      WHERE d.${key} IS NULL OR (${of('d')}) IS DISTINCT FROM (${of('s')})
         OR h.${key} IS NULL OR (${of('h')}) IS DISTINCT FROM (${of('s')})`,
    [storableJson(rows)],
  )
  const ids = new Set(changed.map(({ id }) => id))
  return rows.filter((row) => ids.has(row[key]))
}
