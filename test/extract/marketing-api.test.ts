import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { GraphError } from '../../src/extract/graph-error.ts'
import { createMarketingApi } from '../../src/extract/marketing-api.ts'
import { parseCalendarDate } from '../../src/model/calendar-date.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import {
  createTestApi,
  createTestFetch,
  failure,
  type Handler,
  json,
  SECRET,
  TOKEN,
  unaborted,
} from './support/test-api.ts'
import { createTestClock } from './support/test-clock.ts'

const PROOF = createHmac('sha256', SECRET).update(TOKEN).digest('hex')
const CALL = { accountId: parseAccountId('1'), path: 'act_1', params: { fields: 'id' } }

/** The error of a call, by whichever way it went wrong. */
async function errorOf(call: Promise<unknown>): Promise<GraphError> {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error instanceof GraphError) return error
  throw new Error('the call did not fail with a GraphError', { cause: error })
}

describe('a call', () => {
  it('asks the version’s address, with lists and objects as JSON', async () => {
    const { api, requests } = createTestApi(() => json({ id: '1' }), { graphUrl: 'https://graph.test/' })
    const params = { fields: 'id,name', time_range: { since: '2026-01-01' }, breakdowns: ['age'], limit: 5 }
    expect(await api.get({ ...CALL, params }, unaborted())).toEqual({ id: '1' })
    expect(requests).toMatchObject([{ method: 'GET', host: 'https://graph.test', path: 'act_1' }])
    expect(Object.fromEntries(requests[0]?.params ?? [])).toEqual({
      fields: 'id,name',
      time_range: '{"since":"2026-01-01"}',
      breakdowns: '["age"]',
      limit: '5',
    })
    expect(requests[0]?.headers.get('accept-encoding')).toBe('gzip')
  })

  it('sends the token in a header only, and the proof of the secret with the parameters', async () => {
    const { api, requests } = createTestApi(() => json({}), { appSecret: SECRET })
    await api.get(CALL, unaborted())
    await api.post(CALL, unaborted())
    for (const { headers, params } of requests) {
      expect(headers.get('authorization')).toBe(`Bearer ${TOKEN}`)
      expect(params.get('appsecret_proof')).toBe(PROOF)
      expect([...params.values()]).not.toContain(TOKEN)
    }
    expect(requests.map(({ method }) => method)).toEqual(['GET', 'POST'])
    // An address may end up in a log; a form does not.
    expect(requests[1]?.address).not.toContain(PROOF)
  })

  it('sends no proof without a secret', async () => {
    const { api, requests } = createTestApi(() => json({}))
    await api.get(CALL, unaborted())
    expect(requests[0]?.params.has('appsecret_proof')).toBe(false)
  })

  it('keeps ids that come as bare numbers exact', async () => {
    const { api } = createTestApi(() => json('{"report_run_id":120213328950940104}'))
    expect(await api.post(CALL, unaborted())).toEqual({ report_run_id: '120213328950940104' })
  })

  it('counts every attempt', async () => {
    const { api } = createTestApi((_, index) => (index < 2 ? failure(2) : json({})))
    await api.get(CALL, unaborted())
    expect(api.calls).toBe(3)
  })

  it('has at most maxConcurrent requests under way', async () => {
    let open = 0
    let most = 0
    const { api } = createTestApi(
      async () => {
        open += 1
        most = Math.max(most, open)
        await new Promise((resolve) => setImmediate(resolve))
        open -= 1
        return json({})
      },
      { maxConcurrent: 2 },
    )
    await Promise.all(Array.from({ length: 7 }, () => api.get(CALL, unaborted())))
    expect(most).toBe(2)
  })

  it('ends with the signal’s reason, also while it waits for an answer', async () => {
    const stop = new AbortController()
    const { api, requests } = createTestApi(() => {
      stop.abort(new Error('enough'))
      return new Promise<Response>(() => {})
    })
    await expect(api.get(CALL, stop.signal)).rejects.toThrow('enough')
    await expect(api.get(CALL, stop.signal)).rejects.toThrow('enough')
    expect(requests).toHaveLength(1)
  })

  it('refuses at once a token that no header can hold, without showing it', () => {
    const { fetch } = createTestFetch(() => json({}))
    for (const accessToken of ['', 'two words', 'line\nbreak']) {
      const create = () =>
        createMarketingApi({
          fetch,
          accessToken,
          clock: createTestClock(),
          graphUrl: 'https://graph.test',
          apiVersion: 'v26.0',
          maxConcurrent: 1,
          onEvent: () => {},
        })
      expect(create).toThrow(GraphError)
      expect(create).toThrow(/^(?!.*(?:two words|line)).*FACEBOOK_ACCESS_TOKEN/)
    }
  })
})

describe('an answer that is not the API’s', () => {
  const broken: Record<string, Handler> = {
    'a refused connection': () => {
      throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:9') })
    },
    'an unknown host': () => {
      throw new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND graph.test') })
    },
    'a body that breaks off': () =>
      new Response(
        new ReadableStream({
          start: (stream) => stream.enqueue(new TextEncoder().encode('{"data":[')),
          pull: (stream) => stream.error(new TypeError('terminated')),
        }),
      ),
    'bytes that are no UTF-8': () =>
      new Response(Buffer.from([...Buffer.from('{"id":"1","name":"caf'), 0xe9, ...Buffer.from('"}')])),
    'JSON that is nested without end': () => json(`${'['.repeat(100_000)}${']'.repeat(100_000)}`),
    'truncated JSON': () => json('{"data":[{"id":"1"'),
    'an HTML page': () => json('<html>Bad Gateway</html>', {}, 502),
    'an HTML page with status 200': () => json('<html>Sorry, something went wrong.</html>'),
    'an empty body': () => json(''),
    'an empty body with status 503': () => new Response(null, { status: 503 }),
    'Service Unavailable with status 200': () => json('Service Unavailable'),
    'Service Unavailable as JSON text': () => json('"Service Unavailable"'),
    'an error without a code and with status 200': () => json({ error: 'oops' }),
    'a list': () => json([]),
    'a server error in JSON': () => json({ id: '1' }, {}, 500),
  }

  it.each(Object.entries(broken))('%s passes by itself: five tries, then the error', async (_, handler) => {
    const { api, requests, events } = createTestApi(handler)
    const error = await errorOf(api.get(CALL, unaborted()))
    expect(error.kind).toBe('transient')
    expect(requests).toHaveLength(5)
    expect(events.map(({ type }) => type)).toEqual(Array(4).fill('retry'))
  })

  it.each(Object.entries(broken))('%s once does no harm', async (_, handler) => {
    const { api } = createTestApi((request, index) =>
      index === 0 ? handler(request, index) : json({ id: '1' }),
    )
    expect(await api.get(CALL, unaborted())).toEqual({ id: '1' })
  })

  it('is not a record whose text says Service Unavailable', async () => {
    const { api } = createTestApi(() => json({ name: 'Service Unavailable' }))
    expect(await api.get(CALL, unaborted())).toEqual({ name: 'Service Unavailable' })
  })

  it('tells an error of Meta’s also under status 200', async () => {
    const { api, requests } = createTestApi(() => json({ error: { code: 190, message: 'expired' } }))
    expect((await errorOf(api.get(CALL, unaborted()))).kind).toBe('auth')
    expect(requests).toHaveLength(1)
  })

  it('is too much data when it is longer than the bound', async () => {
    const { api, requests } = createTestApi(() => json('x'.repeat(2_000)), { limits: { maxBytes: 1_000 } })
    expect((await errorOf(api.get(CALL, unaborted()))).kind).toBe('too-much-data')
    expect(requests).toHaveLength(1)
  })

  it.each([
    ['no headers', { headersMs: 20 }, () => new Promise<Response>(() => {})],
    ['a body that stops', { idleMs: 20 }, () => new Response(new ReadableStream({ start: () => {} }))],
    ['a body that trickles', { wholeMs: 60 }, trickle],
  ])('is a time-out: %s', async (_, limits, handler) => {
    const { api, requests } = createTestApi(handler, { limits, retry: { attempts: 2 } })
    const error = await errorOf(api.get(CALL, unaborted()))
    expect(error).toMatchObject({ kind: 'transient', message: expect.stringContaining('within') })
    expect(requests).toHaveLength(2)
  })
})

describe('secrets', () => {
  it('stand in no error and no event, wherever the answer or the network puts them', async () => {
    const leaks: Handler[] = [
      () =>
        failure(190, 467, { message: `Malformed access token ${TOKEN}`, error_user_msg: `token ${TOKEN}` }),
      () => json(`<html>${SECRET} access_token=${TOKEN}&appsecret_proof=${PROOF}</html>`, {}, 502),
      ({ params }) => {
        throw new TypeError(`request to https://graph.test/?${params} failed`, { cause: new Error(SECRET) })
      },
      () => failure(100, 33, { message: `Unsupported get request. ${PROOF}` }),
    ]
    for (const leak of leaks) {
      const { api, events } = createTestApi(leak, { appSecret: SECRET })
      const error = await errorOf(api.get(CALL, unaborted()))
      const texts = [error, ...events.map((event) => ('error' in event ? event.error : event))].map(
        everythingOf,
      )
      for (const secret of [TOKEN, SECRET, PROOF]) expect(texts.join()).not.toContain(secret)
    }
  })
})

describe('the headers of an answer', () => {
  it('make a warning when the version was upgraded or differs, once each', async () => {
    const upgraded = 'The call has been auto-upgraded to v26.0 as v24.0 has been deprecated'
    const headers = { 'x-ad-api-version-warning': upgraded, 'facebook-api-version': 'v26.0' }
    const { api, events } = createTestApi(() => json({}, headers), { apiVersion: 'v24.0' })
    await api.get(CALL, unaborted())
    await api.get(CALL, unaborted())
    expect(events).toEqual([
      { type: 'api-warning', message: upgraded },
      { type: 'api-warning', message: expect.stringContaining('answers as v26.0, not as v24.0') },
    ])
  })

  it('make no warning for the version that was asked for', async () => {
    const { api, events } = createTestApi(() => json({}, { 'facebook-api-version': 'v26.0' }))
    await api.get(CALL, unaborted())
    expect(events).toEqual([])
  })
})

function trickle(): Response {
  let timer: NodeJS.Timeout
  const body = new ReadableStream({
    start(stream) {
      timer = setInterval(() => stream.enqueue(new Uint8Array(1)), 5)
    },
    cancel: () => clearInterval(timer),
  })
  return new Response(body)
}

/** All text in an error or event, its causes and stacks included. */
function everythingOf(value: unknown): string {
  if (!(value instanceof Error)) return JSON.stringify(value)
  const cause = value.cause === undefined ? '' : everythingOf(value.cause)
  return `${value.message} ${value.stack} ${JSON.stringify(value)} ${cause}`
}

describe('each attempt of a call', () => {
  it('is told when it ends, with what came of it, for which request, and how many calls the API counts', async () => {
    const request = {
      accountId: parseAccountId('1'),
      report: 'core',
      since: parseCalendarDate('2026-11-01'),
      until: parseCalendarDate('2026-11-02'),
    } as const
    const answers = [() => failure(2), () => failure(17), () => json({ data: [] })]
    const { api, calls } = createTestApi((_, index) => answers[index]?.() ?? json([null, null, null]))
    await api.get({ accountId: request.accountId, path: 'act_1/insights', params: {}, request }, unaborted())
    await api
      .batch(
        null,
        [
          { path: '1', params: {} },
          { path: '2', params: {} },
        ],
        unaborted(),
      )
      .catch(() => {})
    const [first, second, third, batch] = calls
    expect(calls.map(({ outcome }) => outcome).slice(0, 4)).toEqual(['transient', 'throttled', 'ok', 'ok'])
    expect(first).toMatchObject({
      what: 'GET act_1/insights',
      accountId: '1',
      request,
      calls: 1,
      error: { code: 2 },
    })
    expect(second?.startedMs).toBeGreaterThanOrEqual(first?.endedMs ?? Number.POSITIVE_INFINITY)
    expect(third?.error).toBeNull()
    expect(batch).toMatchObject({ what: 'POST batch', request: null, calls: 2 })
    expect(calls.reduce((sum, call) => sum + call.calls, 0)).toBe(api.calls)
  })

  it('that was aborted is told, too', async () => {
    const abort = new AbortController()
    const { api, calls } = createTestApi(() => {
      abort.abort(new Error('enough'))
      return new Promise<Response>(() => {})
    })
    await expect(api.get({ accountId: null, path: 'me', params: {} }, abort.signal)).rejects.toThrow('enough')
    expect(calls).toMatchObject([{ outcome: 'aborted', error: null }])
  })
})
