import type { Tracing } from '../../observe/tracing.ts'
import { readTracingSettings } from '../../observe/tracing-settings.ts'
import { type Context, variablesOf } from '../context.ts'
import { UsageError } from '../usage-error.ts'
import { version } from '../version.ts'

export type TracedContext = Pick<Context, 'clock' | 'output' | 'folder' | 'environment'>

/**
 * Where OpenTelemetry's variables ask for traces, what makes them; else null. Whoever opens it closes it. Throws
 * UsageError for an endpoint that is no address.
 */
export async function openTracing(context: TracedContext): Promise<Tracing | null> {
  const settings = readTracingSettings(variablesOf(context))
  if (settings === null) return null
  if (!/^https?:$/.test(URL.parse(settings.url)?.protocol ?? ''))
    throw new UsageError(
      `OTEL_EXPORTER_OTLP_ENDPOINT is "${settings.url}"; it must be an http:// or https:// address.`,
    )
  // Loaded only here: most syncs are not traced.
  const { openOtlp } = await import('../../observe/otlp.ts')
  return openOtlp(settings, {
    version: version(),
    nowMs: () => context.clock.now(),
    onProblem: (message) => context.output.aside(`⚠️ WARNING: ${message}`, 'warning'),
  })
}
