import type { NamedError } from '../graph/named-errors.ts'

/**
 * What becomes of a report run: `stuck` stays at 0 %, `full-while-running` shows 100 % for as long again
 * as it runs, `late-to-exist` cannot be found by its first two reads.
 */
export type RunFate =
  | 'completed'
  | 'stuck'
  | 'full-while-running'
  | 'skipped'
  | 'late-to-exist'
  | { readonly failed: NamedError }

/** How long each stage lasts. */
export interface RunTimes {
  readonly notStartedMs: number
  readonly startedMs: number
  readonly runningMs: number
}

export interface RunProgress {
  readonly status:
    | 'Job Not Started'
    | 'Job Started'
    | 'Job Running'
    | 'Job Completed'
    | 'Job Failed'
    | 'Job Skipped'
  readonly percent: number
  /** When it ended, in ms after it was asked for; null while it has not. */
  readonly endedAfterMs: number | null
}

/** How far a run has come `ageMs` after it was asked for. */
export function runProgress(fate: RunFate, times: RunTimes, ageMs: number): RunProgress {
  if (ageMs < times.notStartedMs) return { status: 'Job Not Started', percent: 0, endedAfterMs: null }
  const started = ageMs - times.notStartedMs
  if (started < times.startedMs) return { status: 'Job Started', percent: 0, endedAfterMs: null }
  if (fate === 'stuck') return { status: 'Job Running', percent: 0, endedAfterMs: null }

  const running = started - times.startedMs
  const share = times.runningMs > 0 ? Math.min(1, running / times.runningMs) : 1
  const lastsMs = times.runningMs * (fate === 'full-while-running' ? 2 : 1)
  if (running < lastsMs) {
    const most = fate === 'full-while-running' ? 100 : 99
    return { status: 'Job Running', percent: Math.min(most, Math.floor(100 * share)), endedAfterMs: null }
  }
  const endedAfterMs = times.notStartedMs + times.startedMs + lastsMs
  if (fate === 'skipped') return { status: 'Job Skipped', percent: 0, endedAfterMs }
  if (typeof fate === 'object') return { status: 'Job Failed', percent: 100, endedAfterMs }
  return { status: 'Job Completed', percent: 100, endedAfterMs }
}
