import type { DateRange } from './date-range.ts'

/** How a sync goes that this server runs; counts are slices. */
export interface SyncProgress {
  readonly planned: number
  readonly done: number
  readonly rows: number
  /** What it waits for, for people; null while it does not. */
  readonly waiting: string | null
}

export interface SyncState {
  readonly isRunning: boolean
  readonly startedAt: string | null
  readonly progress: SyncProgress | null
  /** How the last one ended, for people; null before the first. */
  readonly lastEnd: { readonly ok: boolean; readonly message: string; readonly at: string } | null
  /** When the next one starts by itself. */
  readonly nextAt: string | null
}

/** Runs syncs for the dashboard: the embedded warehouse has one owner, so it is the server that must load it. */
export interface SyncControl {
  readonly state: SyncState
  /** Of what is missing and may have changed, or of the days that are named. False when one is running already. */
  start(days: DateRange | null): boolean
  /** Calls `listener` on each change of `state`; returns what ends that. */
  subscribe(listener: () => void): () => void
}
