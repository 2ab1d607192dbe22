import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { httpFetch } from '../../src/extract/http-fetch.ts'
import type { MarketingApiOptions } from '../../src/extract/marketing-api.ts'
import { ByteRoom } from '../../src/model/byte-room.ts'
import { createTestApi, json, unaborted } from './support/test-api.ts'

const CALL = { accountId: null, path: 'me', params: {} }
const servers: AsyncDisposable[] = []

async function serve(listener: RequestListener, options: Partial<MarketingApiOptions> = {}) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  servers.push(server)
  const graphUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return createTestApi(() => json({}), { fetch: httpFetch, graphUrl, retry: { attempts: 2 }, ...options })
}

afterEach(async () => {
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]()
})

describe('the network', () => {
  it('brings compressed answers, whole', async () => {
    const body = JSON.stringify({ name: 'é🎉'.repeat(50_000) })
    const { api } = await serve((request, response) => {
      expect(request.headers['accept-encoding']).toBe('gzip')
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body))
    })
    expect(await api.get(CALL, unaborted())).toEqual(JSON.parse(body))
  })

  it('lets an answer wait for room as long as it takes, and counts it as it is decompressed', async () => {
    const body = JSON.stringify({ name: 'a'.repeat(50_000) })
    const room = new ByteRoom(10_000)
    const other = room.open()
    await other.grow(9_900, unaborted())
    const { api } = await serve(
      (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body)),
      { room, limits: { headersMs: 150, idleMs: 150, wholeMs: 150 } },
    )
    const answering = api.hold(CALL, unaborted())
    await sleep(400)
    expect(room.held).toBeLessThan(10_200)
    other.release()
    const answer = await answering
    expect(answer.body).toEqual(JSON.parse(body))
    expect(room.held).toBe(body.length)
    answer.release()
    expect(room.held).toBe(0)
    expect(await api.get(CALL, unaborted())).toEqual(answer.body)
    expect(room.held).toBe(0)
    expect(api.calls).toBe(2)
  })

  it.each<[string, RequestListener]>([
    ['a reset connection', (_, response) => response.socket?.resetAndDestroy()],
    [
      'a body that breaks off',
      (_, response) =>
        response.writeHead(200, { 'content-length': 99 }).write('{"data":', () => response.destroy()),
    ],
    [
      'a compressed body that breaks off',
      (_, response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"data":[]}').subarray(0, 15)),
    ],
    ['a redirect', (_, response) => response.writeHead(302, { location: 'https://evil.test/' }).end()],
  ])('makes a transient error of %s', async (_, listener) => {
    const { api } = await serve(listener)
    await expect(api.get(CALL, unaborted())).rejects.toMatchObject({ name: 'GraphError', kind: 'transient' })
    expect(api.calls).toBe(2)
  })

  it('refuses an answer that is too large when it is decompressed', async () => {
    const sent = gzipSync(JSON.stringify({ data: 'a'.repeat(300_000) }))
    const { api } = await serve(
      (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(sent),
      { limits: { maxBytes: 300_000 } },
    )
    expect(sent.byteLength).toBeLessThan(1_000)
    await expect(api.get(CALL, unaborted())).rejects.toMatchObject({
      kind: 'too-much-data',
      message: expect.stringContaining('an answer of more than 300000 bytes'),
    })
  })

  it.each<[string, RequestListener]>([
    ['before its head', () => {}],
    ['in its body', (_, response) => response.writeHead(200).write('{"data":')],
  ])('ends a call that is aborted %s, and its connection', async (_, listener) => {
    const { promise: closed, resolve } = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    const { api } = await serve((request, response) => {
      request.socket.once('close', () => resolve())
      listener(request, response)
      asked.resolve()
    })
    const abort = new AbortController()
    const call = api.get(CALL, abort.signal)
    await asked.promise
    abort.abort(new Error('enough'))
    await expect(call).rejects.toThrow('enough')
    await closed
  })

  it('sends a form, and again over the same connection', async () => {
    const seen: string[] = []
    const sockets = new Set<unknown>()
    const { api } = await serve(async (request, response) => {
      sockets.add(request.socket)
      seen.push(`${request.method} ${request.headers['content-type']} ${await text(request)}`)
      response.end('{}')
    })
    const form = { ...CALL, params: { level: 'ad', fields: ['é', 'b'] } }
    await api.post(form, unaborted())
    await api.post(form, unaborted())
    const sent =
      'POST application/x-www-form-urlencoded;charset=UTF-8 level=ad&fields=%5B%22%C3%A9%22%2C%22b%22%5D'
    expect(seen).toEqual([sent, sent])
    expect(sockets.size).toBe(1)
  })

  it('says that nobody listens', async () => {
    const { api } = createTestApi(() => json({}), {
      fetch: httpFetch,
      graphUrl: 'http://127.0.0.1:1',
      retry: { attempts: 1 },
    })
    await expect(api.get(CALL, unaborted())).rejects.toThrow(
      /ECONNREFUSED.*Check the network and FACEBOOK_GRAPH_URL/,
    )
  })
})
