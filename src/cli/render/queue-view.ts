import type { QueueStatus } from '../../load/queue/read-queue.ts'
import type { Output } from '../output.ts'
import { tableWithin } from './table.ts'
import { wallClock } from './words.ts'

/** Runs of the queue, what waits, and what failed; nothing where no run has used the queue. */
export function showQueue({ runs, failed }: QueueStatus, output: Output): void {
  if (runs.length === 0) return
  output.say('\nQueue', 'title')
  output.result(
    tableWithin(
      output.liveWidth,
      ['run', 'status', 'requests', 'open', 'put off', 'until', 'failed', 'given up', 'started by'],
      runs.map((run) => [
        run.run_id,
        run.status === 'running' && run.planned !== true ? 'being planned' : run.status,
        run.requests,
        run.open,
        run.put_off,
        run.put_off_until instanceof Date && Number(run.put_off) > 0
          ? wallClock(run.put_off_until.getTime())
          : '',
        run.failed,
        run.skipped,
        run.firing ?? 'sync --queue',
      ]),
      ['requests', 'open', 'put off', 'failed', 'given up'],
    ),
  )
  for (const { run_id, account_id, kind, report, since, until, error } of failed) {
    const what =
      kind === 'facts' ? `${report} of act_${account_id}, ${since} to ${until}` : `act_${account_id}`
    output.say(`❌ run ${run_id}: ${what}: ${error}`, 'problem')
  }
  if (failed.length > 0)
    output.say('fbads retry puts the failed ones of the newest run into the queue again.')
}
