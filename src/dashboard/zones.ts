import { type AccountZone, IS_SETTLING, zoneColumns } from '../load/account-zones.ts'
import { raw, type Sql, sql } from './sql.ts'

/** `z (account_id, ahead)`: how many minutes the account's clock is ahead of UTC. */
export function zonesOf(accounts: readonly AccountZone[], nowMs: number): Sql {
  const { ids, minutes } = zoneColumns(accounts, nowMs)
  return sql`unnest(${ids}::bigint[], ${minutes}::integer[]) AS z (account_id, ahead)`
}

/** Whether a slice `s` was loaded for the last time while the API still restated its day, on the account's clock. */
export const isSettling: Sql = raw(IS_SETTLING)
