import type { AdObjectKind } from '../model/ad-object.ts'
import { DIMENSIONS } from '../model/dimension.ts'
import type { ObjectId } from '../model/object-id.ts'
import type { Session } from './session.ts'

const VERSIONS = 'object_versions'

/**
 * Brings the type 2 history of the objects in the temporary table `staged` up to date: where a tracked attribute
 * (name, statuses, objective, goals, budgets, bids: every text and amount) differs from the current version, that
 * one ends now and the next begins. Ids and times alone open no version; they are kept fresh on the current one,
 * and so is a change at the very instant, or before it, at which the current one began. An object that is there
 * for the first time gets its first version; inferred members have none until then.
 */
export async function writeHistory(
  session: Session,
  kind: AdObjectKind,
  accountId: ObjectId,
  staged: string,
  nowMs: number,
): Promise<void> {
  const { table, key, attributes } = DIMENSIONS[kind]
  const history = `${table}_history`
  const columns = Object.keys(attributes)
  const tracked = Object.entries(attributes)
    .filter(([, type]) => type === 'text' || type === 'money')
    .map(([column]) => column)
  const of = (alias: string, names: readonly string[]) => names.map((name) => `${alias}.${name}`).join(', ')
  const now = new Date(nowMs).toISOString()

  await session.query(
    `CREATE TEMP TABLE ${VERSIONS} ON COMMIT DROP AS
     SELECT s.*, h.valid_from,
            h.${key} IS NOT NULL AND (${of('h', tracked)}) IS DISTINCT FROM (${of('s', tracked)}) AS differs
       FROM ${staged} s
       LEFT JOIN (SELECT * FROM ${history} WHERE account_id = ${accountId} AND valid_to IS NULL) h
         ON h.${key} = s.${key}
      WHERE h.${key} IS NULL OR (${of('h', columns)}) IS DISTINCT FROM (${of('s', columns)})`,
  )
  const ends = 'differs AND valid_from < $2::timestamptz'
  await session.query(
    `WITH v AS MATERIALIZED (SELECT ${key} FROM ${VERSIONS} WHERE ${ends})
     UPDATE ${history} h SET valid_to = $2::timestamptz FROM v
      WHERE h.account_id = $1 AND h.${key} = v.${key} AND h.valid_to IS NULL`,
    [accountId, now],
  )
  const rest = columns.filter((column) => column !== 'account_id')
  await session.query(
    `WITH v AS MATERIALIZED (SELECT * FROM ${VERSIONS} WHERE valid_from IS NOT NULL AND NOT (${ends}))
     UPDATE ${history} h SET ${rest.map((column) => `${column} = v.${column}`).join(', ')},
            updated_at = $2::timestamptz
       FROM v WHERE h.account_id = $1 AND h.${key} = v.${key} AND h.valid_to IS NULL`,
    [accountId, now],
  )
  await session.query(
    `INSERT INTO ${history} (${key}, ${columns.join(', ')}, updated_at, valid_from)
     SELECT ${key}, ${columns.join(', ')}, $1::timestamptz, $1::timestamptz FROM ${VERSIONS}
      WHERE valid_from IS NULL OR (${ends.replaceAll('$2', '$1')}) ORDER BY ${key}`,
    [now],
  )
}
