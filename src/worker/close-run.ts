import { finishBuilds } from '../load/finish-builds.ts'
import { finishQueuedRun, readEndedRun } from '../load/queue/runs.ts'
import { forgetOldRequests, forgetSeen } from '../load/queue/summaries.ts'
import { readForChecks } from '../load/read-for-checks.ts'
import { saveChecks } from '../load/runs.ts'
import { withSessionLock } from '../load/session-lock.ts'
import { dayIn } from '../model/calendar-date.ts'
import type { CheckResult } from '../model/quality.ts'
import type { SyncSummary } from '../pipeline/sync-summary.ts'
import { runChecks } from '../quality/checks.ts'
import type { Fleet } from './fleet.ts'
import { type QueuedSummary, readSummary } from './read-summary.ts'

const KEEP_REQUESTS_MS = 30 * 86_400_000

/**
 * Closes a run whose last request has ended: its last months are finished, what it has loaded is checked, and it is
 * reported. Done by whoever ends the last request, and by one process only; the sweep does it for one that died
 * meanwhile.
 */
export async function closeRun(fleet: Fleet, runId: string): Promise<void> {
  const { warehouse, clock } = fleet
  if ((await warehouse.use((session) => readEndedRun(session, runId))) === null) return
  const summary = await withSessionLock(warehouse, 'close', runId, async () => {
    const run = await warehouse.use((session) => readEndedRun(session, runId))
    if (run === null) return null
    await finishBuilds(warehouse)
    const read = await readSummary(warehouse, runId)
    const checks = await validate(fleet, runId, read)
    await saveChecks(warehouse, runId, checks)
    // A clock may be set back meanwhile.
    const durationMs = Math.max(0, clock.now() - run.startedMs)
    const summary: SyncSummary = { ...read.summary, durationMs, checks }
    const first = [
      ...summary.stoppedSources.map(({ name, error }) => `source ${name}: ${error.message}`),
      ...[...summary.failedAccounts, ...summary.failedRequests].map(({ error }) => error.message),
    ][0]
    const error = first ?? read.planError
    if (!(await finishQueuedRun(warehouse, runId, { ...summary, error }, clock.now()))) return null
    await forgetSeen(warehouse, runId)
    await forgetOldRequests(warehouse, clock.now() - KEEP_REQUESTS_MS)
    return summary
  })
  if (summary) await fleet.onClosed(summary)
}

async function validate(
  { warehouse, clock, settings }: Fleet,
  runId: string,
  { summary, reports, seenIds, refusedFields }: QueuedSummary,
): Promise<CheckResult[]> {
  const { since, until, accounts } = summary
  if (since === null || until === null) return []
  return runChecks(readForChecks(warehouse), {
    since,
    until,
    accounts: accounts.map((account) => ({ ...account, today: dayIn(account.timeZone, clock.now()) })),
    reports,
    thresholds: settings.thresholds,
    seenIds,
    refusedFields,
    runId,
  })
}
