import { readAccountTotals } from '../extract/account-totals.ts'
import { GraphError } from '../extract/graph-error.ts'
import { saveAccountTotals } from '../load/account-totals.ts'
import type { AdAccount } from '../model/ad-object.ts'
import type { CalendarDate } from '../model/calendar-date.ts'
import { type FactTools, stopsEverything } from './sync-facts.ts'

/**
 * The API's own totals of the account's days, both ends included, against which the core facts are reconciled.
 * Without them a check warns; rejects as `syncFacts` does.
 */
export async function syncAccountTotals(
  { accountId }: AdAccount,
  { since, until }: { readonly since: CalendarDate; readonly until: CalendarDate },
  { api, warehouse, runId, nowMs, onEvent }: Omit<FactTools, 'workers'>,
  signal: AbortSignal,
): Promise<void> {
  try {
    const totals = await readAccountTotals(api, accountId, since, until, signal)
    await saveAccountTotals(warehouse, accountId, { since, until, totals }, { runId, nowMs: nowMs() })
  } catch (error) {
    if (!(error instanceof GraphError) || stopsEverything(error)) throw error
    onEvent({ type: 'totals-failed', accountId, error })
  }
}
