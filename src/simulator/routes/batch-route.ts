import type { Hono } from 'hono'
import { type CallContext, type CallEnv, type SimulatorState, sendJson } from '../context.ts'
import { GraphFailure, invalidParameter } from '../graph/graph-failure.ts'
import { parseJsonParam } from '../graph/params.ts'

const MAX_ITEMS = 50

/** Several calls in one: each is answered by the same app, in order. */
export function addBatchRoute(app: Hono<CallEnv>, state: SimulatorState): void {
  const answer = async (context: CallContext) => {
    const { params } = context.get('call')
    const items = parseJsonParam(params, 'batch')
    if (!Array.isArray(items)) throw invalidParameter('batch parameter must be a JSON array')
    if (items.length > MAX_ITEMS) {
      throw new GraphFailure({
        code: 100,
        type: 'GraphBatchException',
        message: 'Too many requests in batch message. Maximum batch size is 50',
      })
    }
    context.set('items', [])
    const answers: unknown[] = []
    for (const [index, item] of items.entries()) {
      const every = state.options.batchNullEvery
      const timesOut = every !== undefined && index % every === every - 1
      answers.push(timesOut ? null : await answerItem(context, item))
    }
    return sendJson(context, state, answers)
  }
  app.post('/', answer)
  app.post('/:version{v\\d+\\.\\d+}', answer)

  /** Null when the item's connection broke. */
  async function answerItem(context: CallContext, item: unknown): Promise<object | null> {
    const request = toRequest(context, item)
    state.batchOf.set(request, { atMs: context.get('call').atMs, items: context.get('items') ?? [] })
    const response = await app.fetch(request, context.env)
    if (state.broken.has(request)) return null
    const body = await response.text()
    if (context.get('call').params.include_headers === 'false') return { code: response.status, body }
    const headers = [...response.headers].map(([name, value]) => ({
      name,
      value: name === 'content-type' ? 'text/javascript; charset=UTF-8' : value,
    }))
    return { code: response.status, headers, body }
  }
}

/** The call that the item describes, with the batch's own token and proof where it has none. */
function toRequest(context: CallContext, item: unknown): Request {
  const {
    method,
    relative_url: path,
    body,
  } = Object.assign({ method: 'GET', relative_url: '', body: '' }, item)
  const call = context.get('call')
  const url = new URL(`/${String(path).replace(/^\//, '')}`, context.req.url)
  if (call.version !== null && !/^\/v\d+\.\d+\//.test(url.pathname)) {
    url.pathname = `/${call.version}${url.pathname}`
  }
  const proof = call.params.appsecret_proof
  if (!url.searchParams.has('access_token')) {
    url.searchParams.set('access_token', context.get('accessToken'))
    if (proof !== undefined) url.searchParams.set('appsecret_proof', proof)
  }
  const verb = String(method)
  if (verb === 'GET') return new Request(url, { method: verb })
  return new Request(url, { method: verb, body: new URLSearchParams(String(body)) })
}
