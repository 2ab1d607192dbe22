import type { CheckStatus } from '../../model/quality.ts'
import { errorFields, eventFields, summaryFields } from '../../observe/event-fields.ts'
import type { JsonLog, LogLevel } from '../../observe/json-log.ts'
import type { SyncEvent } from '../../pipeline/sync-event.ts'
import type { SyncSummary } from '../../pipeline/sync-summary.ts'
import type { SyncView } from './sync-view.ts'

/** Those of which a sync has as many as it makes calls: for `--verbose`. */
const DETAILS: readonly SyncEvent['type'][] = [
  'api-call',
  'usage',
  'report-run',
  'dimension-loaded',
  'request-begun',
  'request-read',
  'request-ended',
  'account-ended',
]
/** What has cost slices, or the run. */
const FAILURES: readonly SyncEvent['type'][] = ['account-failed', 'slices-failed', 'aborted']

const CHECK_LEVELS = { pass: 'info', warn: 'warn', fail: 'error' } as const satisfies Record<
  CheckStatus,
  LogLevel
>

/** A sync as lines of JSON: one for each event, by its name, and one for each check. */
export function createLogView(log: JsonLog): SyncView {
  let aborted: SyncSummary | null = null
  return {
    get aborted() {
      return aborted
    },
    onEvent(event) {
      if (event.type === 'run-begun') log.bind({ run_id: event.runId })
      if (event.type === 'aborted') aborted = event.summary
      log.write(levelOf(event), event.type.replaceAll('-', ' '), eventFields(event))
      if (event.type !== 'checks') return
      for (const { name, status, measured, threshold, detail } of event.checks)
        log.write(CHECK_LEVELS[status], 'check', { check: name, status, measured, threshold, detail })
    },
    end(summary) {
      const { failedAccounts, failedRequests } = summary
      const [first] = [...failedAccounts, ...failedRequests]
      log.write(summary.status === 'succeeded' ? 'info' : 'error', 'sync ended', {
        ...summaryFields(summary),
        ...(first && errorFields(first.error)),
      })
    },
    close: () => undefined,
  }
}

function levelOf(event: SyncEvent): LogLevel {
  if (FAILURES.includes(event.type)) return 'error'
  if (DETAILS.includes(event.type)) return 'debug'
  if ('error' in event && event.error !== null) return 'warn'
  return event.type === 'waiting' || event.type === 'api-warning' ? 'warn' : 'info'
}
