import type { ApiEvent } from '../../../src/extract/api-event.ts'
import type { Fetch } from '../../../src/extract/fetch.ts'
import {
  createMarketingApi,
  type MarketingApi,
  type MarketingApiOptions,
} from '../../../src/extract/marketing-api.ts'
import { createTestClock, type TestClock } from './test-clock.ts'

export const GRAPH_URL = 'https://graph.test'
export const TOKEN = 'EAAtest0token0of0the0tests'
export const SECRET = 'secret-of-the-test-app'

/** A request as Meta sees it. */
export interface SeenRequest {
  readonly method: string
  readonly host: string
  /** Without version, e.g. `act_1/insights`. */
  readonly path: string
  readonly address: string
  /** Of the address and the form. */
  readonly params: URLSearchParams
  readonly headers: Headers
}

export type Handler = (request: SeenRequest, index: number) => Response | Promise<Response>

/** Hand-written Meta: answers each request by a function. */
export function createTestFetch(handler: Handler): { fetch: Fetch; requests: SeenRequest[] } {
  const requests: SeenRequest[] = []
  const fetch: Fetch = async (input, init) => {
    const request = new Request(input, init)
    const url = new URL(request.url)
    const form = request.method === 'POST' ? new URLSearchParams(await request.text()) : []
    const seen = {
      method: request.method,
      host: url.origin,
      address: url.href,
      path: url.pathname.replace(/^\/v[\d.]+\//, ''),
      params: new URLSearchParams([...url.searchParams, ...form]),
      headers: request.headers,
    }
    requests.push(seen)
    return handler(seen, requests.length - 1)
  }
  return { fetch, requests }
}

type ApiCallEvent = Extract<ApiEvent, { type: 'api-call' }>

export interface TestApi {
  readonly api: MarketingApi
  readonly requests: readonly SeenRequest[]
  /** All but those of calls. */
  readonly events: readonly ApiEvent[]
  readonly calls: readonly ApiCallEvent[]
  readonly clock: TestClock
}

export function createTestApi(handler: Handler, options: Partial<MarketingApiOptions> = {}): TestApi {
  const { fetch, requests } = createTestFetch(handler)
  const clock = createTestClock()
  const events: ApiEvent[] = []
  const calls: ApiCallEvent[] = []
  const api = createMarketingApi({
    fetch,
    clock,
    graphUrl: GRAPH_URL,
    apiVersion: 'v26.0',
    accessToken: TOKEN,
    maxConcurrent: 4,
    onEvent: (event) => void (event.type === 'api-call' ? calls.push(event) : events.push(event)),
    ...options,
  })
  return { api, requests, events, calls, clock }
}

export function json(body: unknown, headers: Record<string, string> = {}, status = 200): Response {
  return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers })
}

interface EnvelopeFields {
  readonly message?: string
  readonly is_transient?: boolean
  readonly error_user_title?: string
  readonly error_user_msg?: string
}

export function failure(
  code: number,
  subcode?: number,
  fields: EnvelopeFields = {},
  headers: Record<string, string> = {},
): Response {
  return json({ error: envelope(code, subcode, fields) }, headers, 400)
}

export function envelope(code: number, subcode?: number, fields: EnvelopeFields = {}): object {
  const message = `(#${code}) something is wrong`
  return {
    message,
    type: 'OAuthException',
    code,
    ...(subcode !== undefined && { error_subcode: subcode }),
    fbtrace_id: 'AbCdTrace',
    ...fields,
  }
}

export const REDUCE = "Please reduce the amount of data you're asking for, then retry your request"

/** A signal that nobody aborts. */
export function unaborted(): AbortSignal {
  return new AbortController().signal
}

/** A page of a list; `next` names the cursor of the next page. */
export function page(data: readonly unknown[], next: string | null, more: object = {}): Response {
  const address = `${GRAPH_URL}/v26.0/act_1/insights?access_token=${TOKEN}&after=${next}`
  return json({
    data,
    ...more,
    paging: { cursors: { before: 'B', after: next ?? 'LAST' }, ...(next !== null && { next: address }) },
  })
}

export async function collect<T>(pages: AsyncIterable<Iterable<T>>): Promise<T[]> {
  const all: T[] = []
  for await (const records of pages) all.push(...records)
  return all
}
