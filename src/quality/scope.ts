import type { AdObjectKind } from '../model/ad-object.ts'
import { type CalendarDate, toDateId } from '../model/calendar-date.ts'
import type { FactTableName } from '../model/fact.ts'
import type { ObjectId } from '../model/object-id.ts'
import { REPORTS, type ReportName } from '../model/report.ts'
import type { Thresholds } from './thresholds.ts'

/** What the checks look at: the slices of these reports, accounts and days, both ends included. */
export interface CheckScope {
  readonly accounts: readonly CheckedAccount[]
  readonly since: CalendarDate
  readonly until: CalendarDate
  readonly reports: readonly ReportName[]
  readonly thresholds: Thresholds
  /** The ids that this run's records carried; null when nothing was extracted. */
  readonly seenIds: Readonly<Record<AdObjectKind, ReadonlySet<ObjectId>>> | null
  /** What the API refused to this run; null when nothing was extracted. */
  readonly refusedFields: readonly { readonly accountId: ObjectId; readonly field: string }[] | null
  /** The run whose rejects count; null: nothing was extracted. */
  readonly runId: string | null
}

export interface CheckedAccount {
  readonly accountId: ObjectId
  readonly name: string
  readonly currency: string
  /** IANA name. */
  readonly timeZone: string
  /** The account's own today: partial, and still moving between two reads. */
  readonly today: CalendarDate
}

/** `$1` the accounts, `$2` and `$3` the first and last day as keys of `dim_date`. */
export const IN_SCOPE = 'f.account_id = ANY($1::bigint[]) AND f.date_id BETWEEN $2 AND $3'

export function scopeParams(scope: CheckScope): [string, number, number] {
  return [toArray(scope.accounts.map((a) => a.accountId)), toDateId(scope.since), toDateId(scope.until)]
}

/** A PostgreSQL array of ids. */
export function toArray(ids: Iterable<ObjectId>): string {
  return `{${[...ids].join(',')}}`
}

export type AccountsById = ReadonlyMap<unknown, CheckedAccount>

export function accountsById(scope: CheckScope): AccountsById {
  return new Map(scope.accounts.map((account) => [account.accountId, account]))
}

export function accountLabel(accounts: AccountsById, accountId: unknown): string {
  const account = accounts.get(accountId)
  return account ? `act_${account.accountId} (${account.name})` : `act_${accountId}`
}

/** The tables of the scope's reports. */
export function factTables(scope: CheckScope): FactTableName[] {
  return scope.reports.flatMap((report) => REPORTS[report].tables)
}
