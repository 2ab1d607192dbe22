import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { ApiEvent } from '../extract/api-event.ts'
import type { ObjectId } from '../model/object-id.ts'
import type { InsightsRequest } from '../model/slice.ts'
import type { SyncEvent } from '../pipeline/sync-event.ts'
import { errorFields, eventFields } from './event-fields.ts'
import { parseTraceparent, traceparentOf } from './traceparent.ts'
import type { Trace, TraceOptions } from './tracing.ts'

type ApiCallEvent = Extract<ApiEvent, { type: 'api-call' }>

/** A request under way, and the transaction that loads it. */
interface RequestSpans {
  readonly request: Span
  load: Span | null
}

/**
 * Makes spans of events: one for the run, in it one for each ad account, in these one for each request, and in these
 * one for each call of the API and for the transaction that loads. What else happens is an event of the nearest span.
 */
export function startSpans(tracer: Tracer, nowMs: () => number, options: TraceOptions): Trace {
  const parent = options.traceparent === undefined ? null : parseTraceparent(options.traceparent)
  const above = parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent)
  const root = tracer.startSpan(options.name ?? 'sync', { startTime: nowMs() }, above)
  const accounts = new Map<ObjectId, Span>()
  const requests = new Map<InsightsRequest, RequestSpans>()

  const within = (span: Span): Context => trace.setSpan(ROOT_CONTEXT, span)
  const begin = (name: string, parentSpan: Span, attributes: Attributes) =>
    tracer.startSpan(name, { startTime: nowMs(), attributes }, within(parentSpan))
  const accountSpan = (accountId: ObjectId | null) =>
    (accountId === null ? null : accounts.get(accountId)) ?? root
  const nearest = (accountId: ObjectId | null, request: InsightsRequest | null) =>
    (request === null ? null : requests.get(request)?.request) ?? accountSpan(accountId)
  const finish = (span: Span, error: Error | null) => {
    if (error !== null) fail(span, error)
    span.end(nowMs())
  }

  const apiCall = (event: ApiCallEvent) => {
    const { what, accountId, request, startedMs, endedMs, outcome, error } = event
    const [method = '', path = ''] = what.split(' ')
    const span = tracer.startSpan(
      `${method} ${path.replace(/\d{4,}/g, '{id}')}`,
      {
        kind: SpanKind.CLIENT,
        startTime: startedMs,
        attributes: {
          'http.request.method': method,
          'url.path': `/${path}`,
          'fbads.api.outcome': outcome,
          'fbads.api.calls': event.calls,
          ...(outcome === 'ok' && { 'http.response.status_code': 200 }),
          ...(error?.httpStatus != null && { 'http.response.status_code': error.httpStatus }),
        },
      },
      within(nearest(accountId, request)),
    )
    if (error !== null) fail(span, error)
    span.end(Math.max(startedMs, endedMs))
  }

  /** Whatever is no begin and no end. */
  const note = (event: SyncEvent) => {
    const accountId = 'accountId' in event ? event.accountId : null
    const request = 'request' in event ? event.request : null
    nearest(accountId ?? request?.accountId ?? null, request).addEvent(
      event.type,
      toAttributes(eventFields(event)),
      nowMs(),
    )
  }

  return {
    traceparent: traceparentOf(root),
    onEvent(event) {
      switch (event.type) {
        case 'run-begun':
          root.setAttribute('fbads.run_id', event.runId)
          return
        case 'account-begun': {
          const { accountId, name } = event.account
          accounts.set(
            accountId,
            begin('account', root, { 'fbads.account': accountId, 'fbads.account_name': name }),
          )
          return
        }
        case 'account-ended': {
          const span = accounts.get(event.accountId)
          accounts.delete(event.accountId)
          if (span) finish(span, event.error)
          return
        }
        case 'request-begun': {
          const { accountId, report, since, until } = event.request
          const attributes = { account: accountId, report, since, until }
          const request = begin('request', accountSpan(accountId), toAttributes(attributes))
          requests.set(event.request, { request, load: null })
          return
        }
        case 'request-read': {
          const spans = requests.get(event.request)
          if (!spans) return
          spans.request.setAttribute('fbads.records', event.records)
          spans.load = begin('load transaction', spans.request, { 'fbads.records': event.records })
          return
        }
        case 'request-ended': {
          const spans = requests.get(event.request)
          requests.delete(event.request)
          if (spans?.load) finish(spans.load, event.error)
          if (spans) finish(spans.request, event.error)
          return
        }
        case 'api-call':
          return apiCall(event)
        case 'usage':
        case 'report-run':
        case 'dimension-loaded':
        case 'loaded':
          return
        default:
          return note(event)
      }
    },
    end(error) {
      const open = [...requests.values()].flatMap(({ request, load }) => (load ? [load, request] : [request]))
      for (const span of [...open, ...accounts.values()]) finish(span, error)
      finish(root, error)
    },
  }
}

function fail(span: Span, error: Error): void {
  const { error: message, ...codes } = errorFields(error)
  span.setStatus({ code: SpanStatusCode.ERROR, message: String(message) })
  span.setAttributes({ 'error.type': error.name, ...toAttributes(codes) })
}

/** With the program's name before each; what is neither text nor number nor truth is left out. */
function toAttributes(fields: Readonly<Record<string, unknown>>): Attributes {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? [[`fbads.${name}`, value]]
        : [],
    ),
  )
}
