import type { AdAccount, AdObjectKind } from '../model/ad-object.ts'
import { DIMENSIONS, type DimensionRow, type SeenAd } from '../model/dimension.ts'
import { isObjectId, type ObjectId, UNKNOWN_ID } from '../model/object-id.ts'
import type { WriteCounts } from '../model/quality.ts'
import { advisoryKey, LOCK_UNTIL_END } from './advisory-lock.ts'
import { findChanged } from './changed-objects.ts'
import { toCopyText } from './copy-text.ts'
import { writeHistory } from './history.ts'
import { INFERRED_STATUS, inferMembers } from './inferred-members.ts'
import { retryTransaction } from './retry-transaction.ts'
import type { Session, Warehouse } from './session.ts'
import { storableText } from './storable-text.ts'

/** Writes the account's row when something in it differs. */
export async function loadAccount(warehouse: Warehouse, account: AdAccount, nowMs: number): Promise<void> {
  await warehouse.use((session) =>
    session.query(
      `INSERT INTO dim_account (account_id, name, currency, timezone_name, account_status, updated_at)
       SELECT $1::bigint, $2::text, $3::text, $4::text, $5::text, $6::timestamptz
        WHERE NOT EXISTS (
          SELECT FROM dim_account WHERE account_id = $1::bigint
             AND (name, currency, timezone_name, account_status) IS NOT DISTINCT FROM ($2::text, $3::text, $4::text, $5::text))
       ON CONFLICT (account_id) DO UPDATE SET
         name = excluded.name, currency = excluded.currency, timezone_name = excluded.timezone_name,
         account_status = excluded.account_status, updated_at = excluded.updated_at`,
      [
        account.accountId,
        storableText(account.name),
        account.currency,
        account.timeZone,
        account.status,
        new Date(nowMs).toISOString(),
      ],
    ),
  )
}

/**
 * Writes the metadata of an account's campaigns, ad sets or ads: the dimension where it differs, and its history.
 * A parent that the dimensions lack, because it was deleted or its call failed, becomes an inferred member; a row
 * without a parent hangs on the unknown one. Of several rows for one object the last counts. Nothing is deleted.
 */
export async function loadAdObjects(
  warehouse: Warehouse,
  kind: AdObjectKind,
  accountId: ObjectId,
  rows: readonly DimensionRow[],
  nowMs: number,
): Promise<WriteCounts> {
  const { key } = DIMENSIONS[kind]
  const objects = [...new Map(rows.map((row) => [row[key], completed(kind, accountId, row)])).values()]
  return warehouse.use((session) =>
    retryTransaction(session, async () => {
      await session.query(LOCK_UNTIL_END, [advisoryKey(warehouse.schema, 'load', accountId)])
      const changed = await findChanged(session, kind, accountId, objects)
      if (changed.length === 0) return { inserted: 0, updated: 0, unchanged: objects.length, deleted: 0 }
      await inferMembers(session, accountId, changed.map(parentsOf), nowMs)
      await stage(session, kind, changed)
      const counts = await mergeDimension(session, kind, nowMs)
      await writeHistory(session, kind, accountId, STAGED, nowMs)
      return { ...counts, unchanged: objects.length - counts.inserted - counts.updated, deleted: 0 }
    }),
  )
}

/** What the API has no object for may yet become visible to the token: it is asked for again, but not in every sync. */
const ASK_AGAIN_MS = 7 * 86_400_000

/**
 * The members of an account whose metadata are missing or out of date: those that were inferred, and, when all
 * that the API lists is in `listed`, those that it has stopped to list without having said that they, or a parent,
 * are deleted. Without those that the API refused in the last seven days.
 */
export async function unlistedIds(
  warehouse: Warehouse,
  kind: AdObjectKind,
  accountId: ObjectId,
  listed: ReadonlySet<string> | null,
  nowMs: number,
): Promise<ObjectId[]> {
  const { table, key } = DIMENSIONS[kind]
  // The children of what is deleted keep their own status.
  const members = await warehouse.use((session) =>
    session.query(
      `SELECT ${key} AS id, status FROM ${table}
        WHERE account_id = $1 AND status <> 'DELETED' AND effective_status IS DISTINCT FROM 'DELETED'
          AND (refused_at IS NULL OR refused_at <= $2::timestamptz)
        ORDER BY ${key}`,
      [accountId, new Date(nowMs - ASK_AGAIN_MS).toISOString()],
    ),
  )
  return members
    .filter(({ id, status }) => status === INFERRED_STATUS || (listed !== null && !listed.has(String(id))))
    .map(({ id }) => id)
    .filter(isObjectId)
}

/** Notes that the API has no object of these ids; what is known of them stays. */
export async function recordRefused(
  warehouse: Warehouse,
  kind: AdObjectKind,
  ids: readonly ObjectId[],
  nowMs: number,
): Promise<void> {
  if (ids.length === 0) return
  const { table, key } = DIMENSIONS[kind]
  await warehouse.use((session) =>
    session.query(
      `UPDATE ${table} SET refused_at = $1::timestamptz
        WHERE ${key} IN (SELECT json_array_elements_text($2::json)::bigint)`,
      [new Date(nowMs).toISOString(), JSON.stringify(ids)],
    ),
  )
}

const STAGED = 'staged_objects'
const CHANGED = 'changed_objects'

/** The parents that a row names, and no object itself: it is about to be written. */
function parentsOf(row: DimensionRow): SeenAd {
  const parent = (column: string) => (isObjectId(row[column]) ? row[column] : UNKNOWN_ID)
  const isAd = 'ad_id' in row
  return {
    adId: UNKNOWN_ID,
    adsetId: isAd ? parent('adset_id') : UNKNOWN_ID,
    campaignId: isAd || 'adset_id' in row ? parent('campaign_id') : UNKNOWN_ID,
    adName: null,
    adsetName: null,
    campaignName: null,
  }
}

/** The row with all of its columns: an object is the account's, and a parent that it lacks the unknown one. */
function completed(kind: AdObjectKind, accountId: ObjectId, row: DimensionRow): DimensionRow {
  const { key, attributes } = DIMENSIONS[kind]
  const value = (column: string) => {
    if (column === 'account_id') return accountId
    return row[column] ?? (column === 'campaign_id' || column === 'adset_id' ? UNKNOWN_ID : null)
  }
  return Object.fromEntries([key, ...Object.keys(attributes)].map((column) => [column, value(column)]))
}

async function stage(session: Session, kind: AdObjectKind, rows: readonly DimensionRow[]): Promise<void> {
  const { table, key, attributes } = DIMENSIONS[kind]
  const columns = [key, ...Object.keys(attributes)]
  await session.query(
    `CREATE TEMP TABLE ${STAGED} ON COMMIT DROP AS SELECT ${columns.join(', ')} FROM ${table} WITH NO DATA`,
  )
  await session.copy(
    STAGED,
    columns,
    toCopyText(rows.map((row) => columns.map((column) => row[column] ?? null))),
  )
  await session.query(`ANALYZE ${STAGED}`)
}

async function mergeDimension(
  session: Session,
  kind: AdObjectKind,
  nowMs: number,
): Promise<{ inserted: number; updated: number }> {
  const { table, key, attributes } = DIMENSIONS[kind]
  const columns = Object.keys(attributes)
  const of = (alias: string) => columns.map((column) => `${alias}.${column}`).join(', ')
  // Found before writing: ON CONFLICT would lock, and so write, the rows that stay the same.
  await session.query(
    `CREATE TEMP TABLE ${CHANGED} ON COMMIT DROP AS
     SELECT s.*, d.${key} IS NULL AS is_new FROM ${STAGED} s LEFT JOIN ${table} d ON d.${key} = s.${key}
      WHERE d.${key} IS NULL OR (${of('d')}) IS DISTINCT FROM (${of('s')})`,
  )
  await session.query(
    `INSERT INTO ${table} (${key}, ${columns.join(', ')}, updated_at)
     SELECT ${key}, ${columns.join(', ')}, $1::timestamptz FROM ${CHANGED} ORDER BY ${key}
     ON CONFLICT (${key}) DO UPDATE SET
       ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}, updated_at = excluded.updated_at`,
    [new Date(nowMs).toISOString()],
  )
  const [counts] = await session.query(
    `SELECT count(*) FILTER (WHERE is_new) AS inserted, count(*) FILTER (WHERE NOT is_new) AS updated
       FROM ${CHANGED}`,
  )
  return { inserted: Number(counts?.inserted), updated: Number(counts?.updated) }
}
