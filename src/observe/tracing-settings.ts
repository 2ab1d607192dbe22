/** Where traces go, as OpenTelemetry's standard variables say. */
export interface TracingSettings {
  /** Of the signal itself, e.g. `http://127.0.0.1:4318/v1/traces`. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly timeoutMs: number
  /** What is traced: `service.name` and others. */
  readonly resource: Readonly<Record<string, string>>
}

type Variables = Readonly<Record<string, string | undefined>>

/** What one export may take: shorter than the standard's 10 s, since a sync waits for the last one. */
const TIMEOUT_MS = 3_000

/**
 * Null when nothing is to be traced. https://opentelemetry.io/docs/specs/otel/protocol/exporter and
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables
 */
export function readTracingSettings(variables: Variables): TracingSettings | null {
  const get = (name: string) => variables[`OTEL_${name}`]?.trim() || null
  if (get('SDK_DISABLED')?.toLowerCase() === 'true') return null
  const exporters = (get('TRACES_EXPORTER') ?? 'otlp').split(',').map((name) => name.trim())
  if (!exporters.includes('otlp')) return null
  const base = get('EXPORTER_OTLP_ENDPOINT')
  const url = get('EXPORTER_OTLP_TRACES_ENDPOINT') ?? (base && `${base.replace(/\/+$/, '')}/v1/traces`)
  if (url === null) return null
  const attributes = parsePairs(get('RESOURCE_ATTRIBUTES'))
  const name = get('SERVICE_NAME') ?? attributes['service.name'] ?? 'fbads'
  return {
    url,
    headers: {
      ...parsePairs(get('EXPORTER_OTLP_HEADERS')),
      ...parsePairs(get('EXPORTER_OTLP_TRACES_HEADERS')),
    },
    timeoutMs: Number(get('EXPORTER_OTLP_TRACES_TIMEOUT') ?? get('EXPORTER_OTLP_TIMEOUT')) || TIMEOUT_MS,
    resource: { ...attributes, 'service.name': name },
  }
}

/** `a=1,b=2`, percent-encoded as W3C baggage is; a pair that is none is left out. */
function parsePairs(text: string | null): Record<string, string> {
  const pairs = (text ?? '').split(',').map((pair) => /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(pair))
  return Object.fromEntries(
    pairs.flatMap((pair) => (pair?.[1] ? [[pair[1], decode(pair[2] ?? '')] as const] : [])),
  )
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
