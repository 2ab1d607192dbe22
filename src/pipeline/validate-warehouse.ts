import { readForChecks } from '../load/read-for-checks.ts'
import type { Warehouse } from '../load/session.ts'
import { addDays, type CalendarDate, dayIn, isCalendarDate } from '../model/calendar-date.ts'
import { type ObjectId, toObjectId } from '../model/object-id.ts'
import type { CheckResult } from '../model/quality.ts'
import type { ReportName } from '../model/report.ts'
import { runChecks } from '../quality/checks.ts'
import type { CheckedAccount } from '../quality/scope.ts'
import type { Thresholds } from '../quality/thresholds.ts'
import type { AskedDays } from './plan.ts'
import type { AskedAccounts } from './source.ts'

export interface ValidationScope {
  readonly accounts: AskedAccounts
  /** Null: everything that is loaded. */
  readonly asked: AskedDays | null
  readonly reports: readonly ReportName[]
  readonly thresholds: Thresholds
}

export interface ValidationReport {
  readonly accounts: readonly ObjectId[]
  /** Null when nothing is loaded of what was asked for. */
  readonly since: CalendarDate | null
  readonly until: CalendarDate | null
  readonly checks: readonly CheckResult[]
}

/** All checks over what is loaded, without a sync: the ids that a sync has seen are not known then. */
export async function validateWarehouse(
  warehouse: Warehouse,
  scope: ValidationScope,
  nowMs: number,
): Promise<ValidationReport> {
  const read = readForChecks(warehouse)
  const rows = await read(
    `SELECT a.account_id, a.name, a.currency, a.timezone_name, s.since, s.until
     FROM (SELECT account_id, min(date) AS since, max(date) AS until FROM etl_slice
           WHERE loaded_at IS NOT NULL AND status IN ('loaded', 'failed') GROUP BY 1) s
     JOIN dim_account a ON a.account_id = s.account_id ORDER BY 1`,
  )
  const loaded = rows.flatMap((row) => parseLoaded(row, nowMs))
  const accounts = loaded.filter(
    ({ accountId }) => scope.accounts === 'all' || scope.accounts.includes(accountId),
  )
  const [since, until] = rangeOf(accounts, scope.asked)
  const nothing = { accounts: [], since: null, until: null, checks: [] }
  if (since === undefined || until === undefined) return nothing
  if (!accounts.some((account) => account.since <= until && account.until >= since)) return nothing
  const { reports, thresholds } = scope
  const checks = await runChecks(read, {
    accounts,
    since,
    until,
    reports,
    thresholds,
    seenIds: null,
    refusedFields: null,
    runId: null,
  })
  return { accounts: accounts.map(({ accountId }) => accountId), since, until, checks }
}

type LoadedAccount = CheckedAccount & { readonly since: CalendarDate; readonly until: CalendarDate }

function parseLoaded(row: Record<string, unknown>, nowMs: number): LoadedAccount[] {
  const accountId = toObjectId(row.account_id)
  const { since, until } = row
  if (accountId === null || !isCalendarDate(since) || !isCalendarDate(until)) return []
  const timeZone = String(row.timezone_name ?? 'UTC')
  const today = dayIn(timeZone, nowMs)
  const [name, currency] = [String(row.name), String(row.currency ?? '')]
  return [{ accountId, name, currency, timeZone, today, since, until }]
}

function rangeOf(accounts: readonly LoadedAccount[], asked: AskedDays | null): CalendarDate[] {
  const days = accounts.flatMap(({ since, until }) => [since, until]).sort()
  const [first, last] = [days.at(0), days.at(-1)]
  if (first === undefined || last === undefined) return []
  if (asked === null) return [first, last]
  if (!('days' in asked)) return [asked.since, asked.until]
  const newest = accounts.map(({ today }) => today).sort()
  return [addDays(newest[0] ?? last, 1 - asked.days), newest.at(-1) ?? last]
}
