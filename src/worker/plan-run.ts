import { GraphError } from '../extract/graph-error.ts'
import { readLedger } from '../load/ledger.ts'
import { loadAccount } from '../load/load-dimensions.ts'
import { insertFailedAccount, insertRequests } from '../load/queue/requests.ts'
import {
  type AskedRun,
  forgetFailedAccounts,
  isAtWork,
  isBeingPlanned,
  isPlanned,
  markPlanned,
} from '../load/queue/runs.ts'
import { retryTransaction } from '../load/retry-transaction.ts'
import { withSessionLock } from '../load/session-lock.ts'
import type { AdAccount } from '../model/ad-object.ts'
import { addDays, type CalendarDate, dayIn, daysBetween } from '../model/calendar-date.ts'
import { type ObjectId, parseAccountId, UNKNOWN_ID } from '../model/object-id.ts'
import type { PlannedRequest } from '../model/queued-request.ts'
import { type InsightsRequest, LOOKBACK_DAYS, sliceCount } from '../model/slice.ts'
import type { FailedAccount } from '../pipeline/find-accounts.ts'
import { type FoundSource, findSources } from '../pipeline/find-sources.ts'
import { planAccount } from '../pipeline/plan.ts'
import { type AskedAccounts, sourceOf } from '../pipeline/source.ts'
import { closeRun } from './close-run.ts'
import type { Fleet, FleetSource } from './fleet.ts'

export interface PlanScope {
  readonly asked: AskedRun
  /** Only accounts on this clock; null: all. */
  readonly timeZone: string | null
  /** Leaves out accounts that another run is at work at. */
  readonly skipsBusy: boolean
}

/** How long a call of the planning waits for a rate limit in all. */
const PATIENCE_MS = 10 * 60_000

/**
 * The fresher the days, the sooner; names before last week, and what ends an account before backfills. Of these the
 * newer months of all accounts come before older ones, so that a month is complete, and to be seen, early.
 */
const PRIORITY = { yesterday: 40, objects: 30, week: 20, rest: 15, lookback: 10, backfill: 0 } as const
const MONTH_DAYS = 30

/**
 * Finds the accounts of a run and puts their requests into the queue, an account a transaction. Planned again after
 * it was cut off, it goes on with the accounts that it lacks. A token that is refused is told with its accounts;
 * rejects when nothing could be planned for that, or when the database is gone.
 */
export async function planRun(
  fleet: Fleet,
  runId: string,
  scope: PlanScope,
  signal: AbortSignal,
): Promise<void> {
  const { warehouse, clock } = fleet
  const errors: Error[] = []
  const planned = new Set<ObjectId>()
  await withSessionLock(warehouse, 'plan', runId, async () => {
    await forgetFailedAccounts(warehouse, runId)
    const asked = fleet.sources.map((source) => ({
      name: source.name,
      accounts: accountsOf(source, fleet.sources, scope.asked),
      ...source.createApis(PATIENCE_MS, fleet.onEvent),
    }))
    const found = await findSources(asked, warehouse, signal)
    for (const each of found.shared) fleet.onEvent({ type: 'shared-account', ...each })
    for (const { source, accountIds, error } of found.stopped) {
      errors.push(error)
      fleet.onEvent({ type: 'source-stopped', name: source.name, accountIds, error })
      // For the source as a whole stands the unknown account.
      for (const accountId of [UNKNOWN_ID, ...accountIds])
        await failAccount(fleet, source.name, runId, { accountId, error })
    }
    for (const source of found.sources) await planSource(fleet, source, runId, scope, planned, signal)
    await markPlanned(warehouse, runId, null, clock.now())
  })
  await closeRun(fleet, runId)
  if (planned.size === 0 && errors[0] !== undefined) throw errors[0]
}

async function planSource(
  fleet: Fleet,
  { source, accounts, failed, asBefore, unlisted }: FoundSource,
  runId: string,
  scope: PlanScope,
  planned: Set<ObjectId>,
  signal: AbortSignal,
): Promise<void> {
  const { warehouse, onEvent } = fleet
  for (const { accountId, error } of failed) {
    onEvent({ type: 'account-failed', accountId, error })
    await failAccount(fleet, source.name, runId, { accountId, error })
  }
  if (unlisted) onEvent({ type: 'accounts-as-before', accounts: accounts.length, error: unlisted })
  for (const { accountId, error } of asBefore) onEvent({ type: 'account-as-before', accountId, error })
  const those = accounts.filter(({ timeZone }) => scope.timeZone === null || timeZone === scope.timeZone)
  onEvent({ type: 'accounts', accounts: those })
  for (const account of those) {
    signal.throwIfAborted()
    planned.add(account.accountId)
    if (scope.skipsBusy && (await isAtWork(warehouse, account.accountId, runId))) continue
    await queueAccount(fleet, source, runId, scope, account)
  }
}

async function failAccount(
  { warehouse, clock }: Fleet,
  source: string,
  runId: string,
  { accountId, error }: FailedAccount,
): Promise<void> {
  const errorKind = error instanceof GraphError ? error.kind : null
  const failed = { accountId, error: error.message, errorKind }
  await insertFailedAccount(warehouse, runId, { source, nowMs: clock.now(), ...failed })
}

/** The accounts of the source that the run asks for. */
function accountsOf(source: FleetSource, sources: Fleet['sources'], { accounts }: AskedRun): AskedAccounts {
  if (accounts === 'all') return source.accounts
  return accounts.map((id) => parseAccountId(id)).filter((id) => sourceOf(sources, id) === source)
}

async function queueAccount(
  fleet: Fleet,
  source: { readonly name: string },
  runId: string,
  { asked }: PlanScope,
  account: AdAccount,
): Promise<void> {
  const { warehouse, queue, clock, onEvent } = fleet
  const { accountId } = account
  const settings = { ...fleet.settings, reports: asked.reports }
  await loadAccount(warehouse, account, clock.now())
  const ledger = await readLedger(warehouse, accountId)
  const facts = planAccount({ ...account, ledger }, asked.days, settings, clock.now())
  const today = dayIn(account.timeZone, clock.now())
  const requests = toPlanned(source.name, accountId, facts, today)
  await warehouse.use((session) =>
    retryTransaction(session, async () => {
      if (!(await isBeingPlanned(session, runId)))
        throw new Error(`Run ${runId} was closed while it was planned.`)
      if (await isPlanned(session, runId, accountId)) return
      await queue.send(session, await insertRequests(session, runId, requests))
    }),
  )
  const slices = facts.reduce((sum, request) => sum + sliceCount(request), 0)
  onEvent({ type: 'planned', slices, requests: facts.length })
}

/** The requests of an account with their priorities. */
function toPlanned(
  source: string,
  accountId: ObjectId,
  facts: readonly InsightsRequest[],
  today: CalendarDate,
): PlannedRequest[] {
  const whose = { source, accountId }
  return [
    ...facts.map((request) => ({
      ...whose,
      kind: 'facts' as const,
      facts: request,
      priority: priorityOf(request, today),
    })),
    { ...whose, kind: 'objects', facts: null, priority: PRIORITY.objects },
    { ...whose, kind: 'rest', facts: null, priority: PRIORITY.rest },
  ]
}

function priorityOf({ until }: InsightsRequest, today: CalendarDate): number {
  if (until >= addDays(today, -1)) return PRIORITY.yesterday
  if (until >= addDays(today, -7)) return PRIORITY.week
  if (until >= addDays(today, 1 - LOOKBACK_DAYS)) return PRIORITY.lookback
  return PRIORITY.backfill - Math.floor(daysBetween(until, today) / MONTH_DAYS)
}
