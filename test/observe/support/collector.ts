import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { z } from 'zod'

const ATTRIBUTE = z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) })
const SPAN = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string(),
  attributes: z.array(ATTRIBUTE),
  events: z.array(z.object({ name: z.string() })),
  status: z.object({ code: z.number(), message: z.string().optional() }),
})
const EXPORT = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(ATTRIBUTE) }),
      scopeSpans: z.array(z.object({ spans: z.array(SPAN) })),
    }),
  ),
})

export type ReceivedSpan = z.infer<typeof SPAN> & {
  /** By name. */
  readonly values: Readonly<Record<string, unknown>>
}

export interface Collector {
  readonly url: string
  readonly spans: readonly ReceivedSpan[]
  /** Of the last export. */
  readonly resource: Readonly<Record<string, unknown>>
  /** All that was sent, as it came. */
  readonly text: string
  readonly headers: NodeJS.Dict<string | string[]>
}

/** Takes OTLP over HTTP as JSON, and understands it or fails. It goes with the test. */
export async function startCollector(): Promise<Collector> {
  const spans: ReceivedSpan[] = []
  let resource: Readonly<Record<string, unknown>> = {}
  let headers: NodeJS.Dict<string | string[]> = {}
  let text = ''
  const server = createServer(async (request, response) => {
    const body = await json(request)
    text += JSON.stringify(body)
    headers = request.headers
    for (const { resource: source, scopeSpans } of EXPORT.parse(body).resourceSpans) {
      resource = toValues(source.attributes)
      for (const span of scopeSpans.flatMap((scope) => scope.spans))
        spans.push({ ...span, values: toValues(span.attributes) })
    }
    response.setHeader('content-type', 'application/json')
    response.end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    get resource() {
      return resource
    },
    get text() {
      return text
    },
    get headers() {
      return headers
    },
  }
}

function toValues(attributes: readonly z.infer<typeof ATTRIBUTE>[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}
