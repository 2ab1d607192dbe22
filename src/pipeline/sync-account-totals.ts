import { readAccountTotals } from '../extract/account-totals.ts'
import { GraphError } from '../extract/graph-error.ts'
import { daysWithoutTotal, saveAccountTotals } from '../load/account-totals.ts'
import type { Warehouse } from '../load/session.ts'
import type { AdAccount } from '../model/ad-object.ts'
import { type CalendarDate, dayIn } from '../model/calendar-date.ts'
import { oldestDay, toRequests } from './plan.ts'
import type { FactTools } from './sync-facts.ts'
import { stopsAccount } from './what-stops.ts'

/**
 * The API's own totals of the account's days, both ends included, against which the core facts are reconciled; null
 * when none are loaded. Also those of days that an earlier sync has loaded without coming to their totals. Without
 * them a check warns; rejects as `syncFacts` does.
 */
export async function syncAccountTotals(
  account: AdAccount,
  range: DayRange | null,
  { api, warehouse, runId, nowMs, onEvent }: Omit<FactTools, 'workers'>,
  signal: AbortSignal,
): Promise<void> {
  const { accountId } = account
  try {
    const missed = await missedRanges(account, range, warehouse, nowMs())
    for (const { since, until } of range === null ? missed : [range, ...missed]) {
      const totals = await readAccountTotals(api, accountId, since, until, signal)
      await saveAccountTotals(warehouse, accountId, { since, until, totals }, { runId, nowMs: nowMs() })
    }
  } catch (error) {
    if (!(error instanceof GraphError) || stopsAccount(error)) throw error
    onEvent({ type: 'totals-failed', accountId, error })
  }
}

interface DayRange {
  readonly since: CalendarDate
  readonly until: CalendarDate
}

async function missedRanges(
  { accountId, timeZone }: AdAccount,
  range: DayRange | null,
  warehouse: Warehouse,
  nowMs: number,
): Promise<DayRange[]> {
  const oldest = oldestDay(dayIn(timeZone, nowMs))
  const missed = (await daysWithoutTotal(warehouse, accountId)).filter(
    (day) => day >= oldest && (range === null || day < range.since || day > range.until),
  )
  return toRequests(accountId, 'core', missed, Number.POSITIVE_INFINITY)
}
