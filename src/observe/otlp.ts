import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace'
import { startSpans } from './trace-spans.ts'
import type { Tracing } from './tracing.ts'
import type { TracingSettings } from './tracing-settings.ts'

/** Spans that wait to be sent; more are dropped. The exporter takes 30 batches of 512 at a time. */
const MAX_QUEUE = 30 * 512
/** How long the end of a process waits for a collector. */
const CLOSE_MS = 4_000

export interface OtlpOptions {
  readonly version: string
  readonly nowMs: () => number
  /** Told once when spans cannot be sent. */
  readonly onProblem: (message: string) => void
}

/** Sends traces to a collector by OTLP over HTTP, as JSON, in the background: one that is away stops nothing. */
export function openOtlp(settings: TracingSettings, { version, nowMs, onProblem }: OtlpOptions): Tracing {
  const { url, headers, timeoutMs, resource } = settings
  const exporter = new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: timeoutMs })
  const provider = new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ 'service.version': version, ...resource })),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: withProblem(exporter, new URL(url).origin, onProblem),
        maxQueueSize: MAX_QUEUE,
        scheduledDelayMillis: 1_000,
        exportTimeoutMillis: timeoutMs,
      }),
    ],
  })
  const tracer = provider.getTracer('fbads', version)
  return {
    startTrace: (options = {}) => startSpans(tracer, nowMs, options),
    close: () => withinMs(provider.shutdown(), CLOSE_MS),
  }
}

function withProblem(
  exporter: SpanExporter,
  where: string,
  onProblem: (message: string) => void,
): SpanExporter {
  let told = false
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.error && !told) {
          told = true
          onProblem(
            `Traces cannot be sent to ${where}: ${result.error.message}. See OTEL_EXPORTER_OTLP_ENDPOINT.`,
          )
        }
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush && { forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve() }),
  }
}

/** Resolves when `work` is over, however it ends, or after so many ms. */
async function withinMs(work: Promise<void>, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  await Promise.race([work.catch(() => undefined), promise])
  clearTimeout(timer)
}
