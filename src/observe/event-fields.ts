import { GraphError } from '../extract/graph-error.ts'
import type { SyncEvent } from '../pipeline/sync-event.ts'
import type { SyncSummary } from '../pipeline/sync-summary.ts'

/** What an event says, by names that logs and traces have in common. */
export type Fields = Readonly<Record<string, unknown>>

/** The parts of an event as flat fields in snake case; what an error knows of its code is among them. */
export function eventFields(event: SyncEvent): Fields {
  if (event.type === 'api-call') return apiCallFields(event)
  if (event.type === 'aborted') return summaryFields(event.summary)
  const fields: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(event))
    if (name !== 'type') Object.assign(fields, toFields(name, value))
  return fields
}

/** What a sync did. */
export function summaryFields(summary: SyncSummary): Fields {
  const { runId, status, since, until, accounts, failedAccounts, slices, rejected, apiCalls, durationMs } =
    summary
  return {
    run_id: runId,
    status,
    since,
    until,
    accounts: accounts.length,
    failed_accounts: failedAccounts.length,
    slices,
    rejected,
    api_calls: apiCalls,
    duration_ms: durationMs,
  }
}

/** What happened, with the API's codes where they are known. */
export function errorFields(error: Error): Fields {
  const said = { error: error.message }
  if (!(error instanceof GraphError)) return said
  const { kind, code, subcode, fbtraceId, httpStatus } = error
  const known = { error_kind: kind, code, subcode, fbtrace_id: fbtraceId, http_status: httpStatus }
  return { ...said, ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== null)) }
}

function apiCallFields(event: Extract<SyncEvent, { type: 'api-call' }>): Fields {
  const { what, accountId, request, calls, outcome, startedMs, endedMs, error } = event
  return {
    what,
    account: accountId,
    ...(request && { report: request.report, since: request.since, until: request.until }),
    calls,
    outcome,
    duration_ms: endedMs - startedMs,
    ...(error && errorFields(error)),
  }
}

function toFields(name: string, value: unknown): Fields {
  if (value === null || value === undefined) return {}
  if (value instanceof Error) return errorFields(value)
  if (Array.isArray(value)) return { [snake(name)]: value.length }
  if (name === 'request' && typeof value === 'object') return renamed(value)
  if (name === 'account' && typeof value === 'object') {
    const { accountId, name: said } = { accountId: null, name: null, ...value }
    return { account: accountId, account_name: said }
  }
  return { [name === 'accountId' ? 'account' : snake(name)]: value }
}

/** A request: `{accountId, report, since, until}`. */
function renamed(request: object): Fields {
  return Object.fromEntries(
    Object.entries(request).map(([name, value]) => [name === 'accountId' ? 'account' : snake(name), value]),
  )
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
