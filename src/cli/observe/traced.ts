import type { SyncEvent } from '../../pipeline/sync-event.ts'
import { variablesOf } from '../context.ts'
import { openTracing, type TracedContext } from './open-tracing.ts'

type OnEvent = (event: SyncEvent) => void

/**
 * Runs a sync as one trace, of which other processes continue `traceparent`, where OpenTelemetry's variables ask for it, else just runs it. TRACEPARENT names the span
 * of another program that it belongs to. Throws UsageError for an endpoint that is no address.
 */
export async function traced<T>(
  context: TracedContext,
  onEvent: OnEvent,
  body: (onEvent: OnEvent, traceparent: string | null) => Promise<T>,
): Promise<T> {
  const tracing = await openTracing(context)
  if (tracing === null) return body(onEvent, null)
  const { TRACEPARENT: traceparent } = variablesOf(context)
  const trace = tracing.startTrace(traceparent ? { traceparent } : {})
  let failure: Error | null = null
  try {
    return await body((event) => {
      trace.onEvent(event)
      onEvent(event)
    }, trace.traceparent)
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error))
    throw error
  } finally {
    trace.end(failure)
    await tracing.close()
  }
}
