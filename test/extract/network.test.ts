import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { createTestApi, json, unaborted } from './support/test-api.ts'

const CALL = { accountId: null, path: 'me', params: {} }
const servers: AsyncDisposable[] = []

async function serve(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  servers.push(server)
  const graphUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return createTestApi(() => json({}), { fetch, graphUrl, retry: { attempts: 2 } })
}

afterEach(async () => {
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]()
})

describe('Node’s own fetch', () => {
  it('brings compressed answers, whole', async () => {
    const body = JSON.stringify({ name: 'é🎉'.repeat(50_000) })
    const { api } = await serve((request, response) => {
      expect(request.headers['accept-encoding']).toBe('gzip')
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body))
    })
    expect(await api.get(CALL, unaborted())).toEqual(JSON.parse(body))
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

  it('says that nobody listens', async () => {
    const { api } = createTestApi(() => json({}), {
      fetch,
      graphUrl: 'http://127.0.0.1:1',
      retry: { attempts: 1 },
    })
    await expect(api.get(CALL, unaborted())).rejects.toThrow(
      /fetch failed.*Check the network and FACEBOOK_GRAPH_URL/,
    )
  })
})
