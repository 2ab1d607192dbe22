import { minutesAhead } from '../model/calendar-date.ts'
import type { ScopeAccount } from './scope.ts'
import { type Sql, sql } from './sql.ts'

/** The API restates a day until it is so many days old. */
const SETTLES_AFTER_DAYS = 28

/**
 * `z (account_id, ahead)`: how many minutes the account's clock is ahead of UTC. By the program's own calendar, since
 * a server need not know every zone that the API names; as of now, so an hour off for the other half of the year.
 */
export function zonesOf(accounts: readonly Pick<ScopeAccount, 'id' | 'timezone'>[], nowMs: number): Sql {
  const minutes = accounts.map(({ timezone }) => String(minutesAhead(timezone ?? 'UTC', nowMs)))
  return sql`unnest(${accounts.map(({ id }) => id)}::bigint[], ${minutes}::integer[]) AS z (account_id, ahead)`
}

/** Whether a slice `s` was loaded for the last time while the API still restated its day, on the account's clock. */
export const isSettling: Sql = sql`
  ((s.loaded_at AT TIME ZONE 'UTC') + z.ahead * interval '1 minute')::date - s.date < ${SETTLES_AFTER_DAYS}`
