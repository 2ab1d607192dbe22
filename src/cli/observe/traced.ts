import { readTracingSettings } from '../../observe/tracing-settings.ts'
import type { SyncEvent } from '../../pipeline/sync-event.ts'
import { type Context, variablesOf } from '../context.ts'
import { UsageError } from '../usage-error.ts'
import { version } from '../version.ts'

type OnEvent = (event: SyncEvent) => void

/**
 * Runs a sync as one trace where OpenTelemetry's variables ask for it, else just runs it. TRACEPARENT names the span
 * of another program that it belongs to. Throws UsageError for an endpoint that is no address.
 */
export async function traced<T>(
  context: Pick<Context, 'clock' | 'output' | 'folder' | 'environment'>,
  onEvent: OnEvent,
  body: (onEvent: OnEvent) => Promise<T>,
): Promise<T> {
  const variables = variablesOf(context)
  const settings = readTracingSettings(variables)
  if (settings === null) return body(onEvent)
  if (!/^https?:$/.test(URL.parse(settings.url)?.protocol ?? ''))
    throw new UsageError(
      `OTEL_EXPORTER_OTLP_ENDPOINT is "${settings.url}"; it must be an http:// or https:// address.`,
    )
  // Loaded only here: most syncs are not traced.
  const { openOtlp } = await import('../../observe/otlp.ts')
  const tracing = openOtlp(settings, {
    version: version(),
    nowMs: () => context.clock.now(),
    onProblem: (message) => context.output.aside(`⚠️ WARNING: ${message}`, 'warning'),
  })
  const parent = variables.TRACEPARENT
  const trace = tracing.startTrace(parent ? { traceparent: parent } : {})
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
