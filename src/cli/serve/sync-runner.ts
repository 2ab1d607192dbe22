import type { DateRange } from '../../dashboard/date-range.ts'
import type { SyncControl, SyncProgress, SyncState } from '../../dashboard/sync-control.ts'
import type { Clock } from '../../model/clock.ts'
import type { SyncEvent } from '../../pipeline/sync-event.ts'
import type { SyncSummary } from '../../pipeline/sync-summary.ts'
import { wallClock } from '../render/words.ts'

interface SyncRunnerOptions {
  readonly clock: Clock
  /** A whole sync; throws when nothing could be done. */
  readonly run: (days: DateRange | null, onEvent: (event: SyncEvent) => void) => Promise<SyncSummary>
  /** Pause between the end of one sync and the start of the next; null = only when asked. */
  readonly everyMs: number | null
  readonly signal: AbortSignal
}

export interface SyncRunner extends SyncControl {
  /** From now on syncs start by the clock, too. */
  begin(): void
  /** Resolves when none runs any more. */
  idle(): Promise<void>
}

const NOTHING: SyncProgress = { planned: 0, done: 0, rows: 0, waiting: null }

/** Runs one sync at a time inside `fbads serve`, when asked and by the clock. */
export function createSyncRunner({ clock, run, everyMs, signal }: SyncRunnerOptions): SyncRunner {
  const listeners = new Set<() => void>()
  let state: SyncState = { isRunning: false, startedAt: null, progress: null, lastEnd: null, nextAt: null }
  let running: Promise<void> = Promise.resolve()
  /** The pause that is still of use. */
  let newest: object | null = null

  const change = (next: Partial<SyncState>) => {
    state = { ...state, ...next }
    for (const listener of listeners) listener()
  }
  const onEvent = (event: SyncEvent) => {
    const before = state.progress ?? NOTHING
    const progress = follow(before, event)
    if (progress !== before) change({ progress })
  }
  const perform = async (days: DateRange | null) => {
    let lastEnd: SyncState['lastEnd']
    try {
      const { status, slices, stoppedSources } = await run(days, onEvent)
      const failed = slices.failed > 0 ? `, ${slices.failed} failed` : ''
      const stopped = stoppedSources.map(({ name, error }) => `; source ${name} is stopped: ${error.message}`)
      const message = `${slices.loaded + slices.unchanged} slices loaded, ${slices.unchanged} of them unchanged${failed}${stopped.join('')}`
      lastEnd = { ok: status === 'succeeded', message, at: iso(clock.now()) }
    } catch (error) {
      lastEnd = {
        ok: false,
        message: error instanceof Error ? error.message : String(error),
        at: iso(clock.now()),
      }
    }
    change({ isRunning: false, progress: null, lastEnd })
    scheduleNext()
  }
  const start = (days: DateRange | null) => {
    if (state.isRunning || signal.aborted) return false
    change({ isRunning: true, startedAt: iso(clock.now()), progress: NOTHING, nextAt: null })
    running = perform(days)
    return true
  }
  const scheduleNext = () => {
    if (everyMs === null || signal.aborted) return
    const nextAt = iso(clock.now() + everyMs)
    const mine = {}
    newest = mine
    change({ nextAt })
    clock.sleep(everyMs, signal).then(
      // A sync that was asked for meanwhile has begun another pause.
      () => newest === mine && start(null),
      () => undefined,
    )
  }
  return {
    get state() {
      return state
    },
    begin: scheduleNext,
    start,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    idle: () => running,
  }
}

function follow(progress: SyncProgress, event: SyncEvent): SyncProgress {
  switch (event.type) {
    case 'planned':
      return { ...progress, planned: progress.planned + event.slices }
    case 'loaded':
      return {
        ...progress,
        done: progress.done + event.slices,
        rows: progress.rows + event.records,
        waiting: null,
      }
    case 'slices-failed':
      return { ...progress, done: progress.done + event.slices }
    case 'waiting':
      return { ...progress, waiting: `${event.reason}, until ${wallClock(event.untilMs)}` }
    default:
      return progress
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
