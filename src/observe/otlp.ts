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
  const tell = tellOnce(new URL(url).origin, onProblem)
  const exporter = new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: timeoutMs })
  const provider = new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ 'service.version': version, ...resource })),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: withProblem(exporter, tell),
        maxQueueSize: MAX_QUEUE,
        scheduledDelayMillis: 1_000,
        exportTimeoutMillis: timeoutMs,
      }),
    ],
  })
  const tracer = provider.getTracer('fbads', version)
  return {
    startTrace: (options = {}) => startSpans(tracer, nowMs, options),
    async close() {
      if (!(await withinMs(provider.shutdown(), CLOSE_MS))) tell('it does not answer')
    },
  }
}

function tellOnce(where: string, onProblem: (message: string) => void): (why: string) => void {
  let told = false
  return (why) => {
    if (!told) onProblem(`Traces cannot be sent to ${where}: ${why}. See OTEL_EXPORTER_OTLP_ENDPOINT.`)
    told = true
  }
}

function withProblem(exporter: SpanExporter, tell: (why: string) => void): SpanExporter {
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.error) tell(result.error.message)
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush && { forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve() }),
  }
}

/** Resolves with true when `work` is over, however it ends, and with false after so many ms. */
async function withinMs(work: Promise<void>, ms: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => resolve(false), ms)
  const ended = await Promise.race([
    work.then(
      () => true,
      () => true,
    ),
    promise,
  ])
  clearTimeout(timer)
  return ended
}
