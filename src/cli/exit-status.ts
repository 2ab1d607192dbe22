import { isGraphError } from '../extract/graph-error.ts'
import { DatabaseError } from '../load/database-error.ts'
import type { SyncSummary } from '../pipeline/sync-summary.ts'
import { UsageError } from './usage-error.ts'

/** How a command ended, for the shell. */
export const EXIT = {
  done: 0,
  failed: 1,
  wrongUse: 2,
  partial: 3,
  checkFailed: 4,
  notPermitted: 5,
  interrupted: 130,
  terminated: 143,
} as const
export type ExitStatus = (typeof EXIT)[keyof typeof EXIT]

/** Why the signal of a command was aborted. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  readonly status: ExitStatus

  constructor(
    signal: 'SIGINT' | 'SIGTERM',
    message = 'Interrupted: what was in flight is rolled back, what is loaded stays. Run the same command again to go on.',
  ) {
    super(message)
    this.status = signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated
  }
}

export function statusOfError(error: unknown): ExitStatus {
  if (error instanceof Interrupted) return error.status
  if (error instanceof UsageError) return EXIT.wrongUse
  if (error instanceof DatabaseError && error.kind === 'refused') return EXIT.wrongUse
  return isGraphError(error, 'auth', 'permission', 'not-found') ? EXIT.notPermitted : EXIT.failed
}

export function statusOfSync(summary: SyncSummary): ExitStatus {
  if (summary.status === 'failed') {
    const failures = [...summary.stoppedSources, ...summary.failedAccounts, ...summary.failedRequests]
    return failures.length > 0 && failures.every(({ error }) => statusOfError(error) === EXIT.notPermitted)
      ? EXIT.notPermitted
      : EXIT.failed
  }
  if (summary.status === 'partial') return EXIT.partial
  return summary.checks.some((check) => check.status === 'fail') ? EXIT.checkFailed : EXIT.done
}
