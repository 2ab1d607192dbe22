import { buffer } from 'node:stream/consumers'
import type { Fetch, Answer as FetchedAnswer } from '../../../src/extract/fetch.ts'
import type { Answer, ServedAnswer } from './answer.ts'

/** One call, as far as it decides what becomes of its answer. */
export interface SeenCall {
  readonly method: string
  readonly path: string
  /** What tells it from the other calls of the same path. */
  readonly key: string
}

export interface MutatedFetch {
  readonly fetch: Fetch
  /** What was answered, in order. */
  readonly served: readonly ServedAnswer[]
  /** What is wrong with the calls themselves. */
  readonly problems: readonly string[]
}

export const GRAPH_URL = 'https://graph.facebook.com'
export const TOKEN = 'EAAsimulated0token0of0the0torture'

/** More than any reading needs that comes to its end. */
const MAX_CALLS = 3_000
/** Lists of objects come in pages of so many, whatever the program asks for, so that there are several. */
const OBJECTS_A_PAGE = '3'

/**
 * A network on which `change` sees each answer before the program does. Rejects a program that calls without end,
 * or another host.
 */
export function createMutatedFetch(
  fetch: Fetch,
  change: (call: SeenCall, answer: Answer, init: RequestInit) => Promise<Answer>,
): MutatedFetch {
  const served: ServedAnswer[] = []
  const problems: string[] = []
  return {
    served,
    problems,
    async fetch(input, init = {}) {
      const url = new URL(input)
      if (served.length >= MAX_CALLS) problems.push(`more than ${MAX_CALLS} calls`)
      if (url.origin !== GRAPH_URL) problems.push(`a call of ${url.origin}`)
      if (url.href.includes(TOKEN)) problems.push('the token stands in an address')
      if (problems.length > 0) throw new RangeError(problems[0])
      const path = url.pathname.replace(/^\/v[\d.]+\//, '')
      const method = init.method ?? 'GET'
      const key = `${method} ${path} ${url.searchParams.get('after')}`
      if (method === 'GET' && !path.endsWith('/insights') && url.searchParams.has('limit'))
        url.searchParams.set('limit', OBJECTS_A_PAGE)
      const answer = await toAnswer(await fetch(url, init))
      const changed = await change({ method, path, key }, answer, init)
      served.push({ method, path, ...changed })
      const { status, headers, body, compressed } = changed
      const response = new Response(Buffer.from(compressed ?? body), { status, headers })
      return compressed
        ? { status, headers: response.headers, body: response.body, compression: 'gzip' }
        : response
    },
  }
}

async function toAnswer({ status, headers, body }: FetchedAnswer): Promise<Answer> {
  return { status, headers: Object.fromEntries(headers), body: body ? await buffer(body) : new Uint8Array() }
}
