import { startQueuedRun, unplannedRunOf } from '../load/queue/runs.ts'
import type { Schedule } from '../model/schedule.ts'
import { firingKey, keyOfDue } from './firing-key.ts'
import type { Fleet } from './fleet.ts'
import { planRun } from './plan-run.ts'
import type { TakenFiring } from './queue.ts'

/** Starts the run of a schedule that is due, once, however often and by however many it was fired. */
export async function startFiring(fleet: Fleet, job: TakenFiring, signal: AbortSignal): Promise<void> {
  const { warehouse, clock } = fleet
  const { schedule, timeZone, due } = job.data
  const key =
    due === undefined
      ? firingKey(schedule, timeZone, job.createdOn)
      : keyOfDue(schedule, timeZone, new Date(due))
  const asked = {
    days: daysOf(schedule),
    accounts: schedule.accounts ?? ('all' as const),
    reports: schedule.reports ?? fleet.settings.reports,
  }
  const runId =
    (await startQueuedRun(warehouse, asked, key, clock.now())) ?? (await unplannedRunOf(warehouse, key))
  if (runId === null) return
  await planRun(fleet, runId, { asked, timeZone, skipsBusy: true }, signal)
}

function daysOf({ days }: Schedule): { days: number } | null {
  return days === undefined ? null : { days }
}
