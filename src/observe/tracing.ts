import type { SyncEvent } from '../pipeline/sync-event.ts'

/** A run, or a part of it, as one tree of spans. */
export interface Trace {
  onEvent(event: SyncEvent): void
  /** W3C's `traceparent`, for the process that goes on with this trace. */
  readonly traceparent: string
  /** Ends what is still open; `error` is what ended the run before its end. */
  end(error: Error | null): void
}

export interface TraceOptions {
  /** Of the first span; `sync` when absent. */
  readonly name?: string
  /** Of the span, in another process, to which this belongs; a text that is none begins a trace of its own. */
  readonly traceparent?: string
}

/** Traces of one process. */
export interface Tracing {
  startTrace(options?: TraceOptions): Trace
  /** Sends what is not sent yet, for some seconds at most; never rejects. */
  close(): Promise<void>
}
