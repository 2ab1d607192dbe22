import { FACT_TABLE_NAMES } from '../../model/fact.ts'
import type { SyncSummary } from '../../pipeline/sync-summary.ts'

/** What `sync --json` prints; of a sync that ended before its end with the `error` that ended it. */
export function syncDocument(summary: SyncSummary, error?: string): string {
  const tables = Object.entries(summary.rows)
  const isFact = (table: string) => FACT_TABLE_NAMES.some((name) => name === table)
  return JSON.stringify(
    {
      run_id: summary.runId,
      status: summary.status,
      since: summary.since,
      until: summary.until,
      accounts: summary.accounts.map((account) => `act_${account.accountId}`),
      stopped_sources: summary.stoppedSources.map(({ name, error }) => ({
        source: name,
        error: error.message,
      })),
      failed_accounts: summary.failedAccounts.map(({ accountId, error }) => ({
        account: `act_${accountId}`,
        error: error.message,
      })),
      slices: summary.slices,
      rows: Object.fromEntries(tables.filter(([table]) => isFact(table))),
      dimensions: Object.fromEntries(tables.filter(([table]) => !isFact(table))),
      rejected: summary.rejected,
      api_calls: summary.apiCalls,
      duration_ms: Math.round(summary.durationMs),
      checks: summary.checks,
      ...(error !== undefined && { error }),
    },
    null,
    2,
  )
}
