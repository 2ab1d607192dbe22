import { readKnownAccounts } from '../load/known-accounts.ts'
import { readLedger } from '../load/ledger.ts'
import type { Warehouse } from '../load/session.ts'
import { daysOf } from '../model/calendar-date.ts'
import type { ObjectId } from '../model/object-id.ts'
import type { InsightsRequest, LedgerEntry } from '../model/slice.ts'
import { type AskedDays, type PlanSettings, planAccount } from './plan.ts'
import type { AskedAccounts } from './source.ts'

export interface AccountPlan {
  readonly accountId: ObjectId
  /** Null when the warehouse does not know the account yet: its days are then counted in UTC. */
  readonly timeZone: string | null
  readonly requests: readonly InsightsRequest[]
  /** Slices of the requests that have never been loaded. */
  readonly neverLoaded: number
}

/** What a sync would ask for, from the warehouse alone; null stands for one that is not there yet. */
export async function planWithoutCalls(
  warehouse: Warehouse | null,
  accounts: AskedAccounts,
  asked: AskedDays | null,
  settings: PlanSettings,
  nowMs: number,
): Promise<AccountPlan[]> {
  const accountsBefore = warehouse === null ? [] : await readKnownAccounts(warehouse)
  const known = new Map(accountsBefore.map((account) => [account.accountId, account.timeZone]))
  const ids = accounts === 'all' ? [...known.keys()] : accounts
  const plans: AccountPlan[] = []
  for (const accountId of ids) {
    const timeZone = known.get(accountId) ?? null
    const ledger = warehouse === null ? [] : await readLedger(warehouse, accountId)
    const account = { accountId, timeZone: timeZone ?? 'UTC', ledger }
    const requests = planAccount(account, asked, settings, nowMs)
    plans.push({ accountId, timeZone, requests, neverLoaded: countNeverLoaded(requests, ledger) })
  }
  return plans
}

function countNeverLoaded(requests: readonly InsightsRequest[], ledger: readonly LedgerEntry[]): number {
  const loaded = ledger.filter(({ loadedAtMs }) => loadedAtMs !== null)
  const known = new Set(loaded.map(({ report, date }) => `${report} ${date}`))
  return requests
    .flatMap(({ report, since, until }) => daysOf(since, until).map((date) => `${report} ${date}`))
    .filter((slice) => !known.has(slice)).length
}
