import type { SyncEvent } from '../../pipeline/sync-event.ts'
import { variablesOf } from '../context.ts'
import { openTracing, type TracedContext } from './open-tracing.ts'

type OnEvent = (event: SyncEvent) => void

/**
 * Runs a sync as one trace where OpenTelemetry's variables ask for it, else just runs it. TRACEPARENT names the span
 * of another program that it belongs to. Throws UsageError for an endpoint that is no address.
 */
export async function traced<T>(
  context: TracedContext,
  onEvent: OnEvent,
  body: (onEvent: OnEvent) => Promise<T>,
): Promise<T> {
  const tracing = await openTracing(context)
  if (tracing === null) return body(onEvent)
  const { TRACEPARENT: traceparent } = variablesOf(context)
  const trace = tracing.startTrace(traceparent ? { traceparent } : {})
  let failure: Error | null = null
  try {
    return await body((event) => {
      trace.onEvent(event)
      onEvent(event)
    })
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error))
    throw error
  } finally {
    trace.end(failure)
    await tracing.close()
  }
}
