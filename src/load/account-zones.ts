import { minutesAhead } from '../model/calendar-date.ts'
import { LOOKBACK_DAYS } from '../model/slice.ts'

/** An account with the time zone in which it counts its days; UTC where that is not known. */
export interface AccountZone {
  readonly id: string
  /** IANA name. */
  readonly timezone: string | null
}

/**
 * The columns of `z (account_id, ahead)`, in which `ahead` is how many minutes the account's clock is ahead of UTC. By
 * the program's own calendar, since a server need not know every zone that the API names; as of now, so an hour off
 * for the other half of the year.
 */
export function zoneColumns(
  accounts: readonly AccountZone[],
  nowMs: number,
): { readonly ids: readonly string[]; readonly minutes: readonly string[] } {
  return {
    ids: accounts.map(({ id }) => id),
    minutes: accounts.map(({ timezone }) => String(minutesAhead(timezone ?? 'UTC', nowMs))),
  }
}

/** Whether a slice `s` was loaded for the last time while the API still restated its day, on the clock of `z`. */
export const IS_SETTLING = `((s.loaded_at AT TIME ZONE 'UTC') + z.ahead * interval '1 minute')::date - s.date < ${LOOKBACK_DAYS}`
