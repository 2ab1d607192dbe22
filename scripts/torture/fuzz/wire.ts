import { createServer } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { gunzipSync, gzipSync } from 'node:zlib'
import { httpFetch } from '../../../src/extract/http-fetch.ts'
import type { Random } from '../../../src/simulator/world/random.ts'
import type { Answer } from './answer.ts'

/** A real connection, for what only the client of the network sees: compressed bytes. */
export interface Wire {
  /** Sends the answer as compressed bytes of which some are damaged. */
  deliver(answer: Answer, random: Random, init: RequestInit): Promise<Answer>
  close(): void
}

/** On a free port of this machine. */
export async function openWire(): Promise<Wire> {
  let waiting: { readonly answer: Answer; readonly body: Uint8Array } | null = null
  const server = createServer((_, response) => {
    if (waiting === null) throw new Error('nothing to deliver')
    const { status, headers } = waiting.answer
    response.writeHead(status, { ...headers, 'content-encoding': 'gzip', connection: 'close' })
    response.end(waiting.body)
  })
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject).listen(0, '127.0.0.1', resolve)
  await listening
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    async deliver(answer, random, { signal }) {
      waiting = { answer, body: damaged(gzipSync(answer.body), random) }
      const { status, body } = await httpFetch(`http://127.0.0.1:${port}/`, { ...(signal && { signal }) })
      const compressed = body ? await buffer(body) : new Uint8Array()
      return { ...answer, status, body: decompressed(compressed), compressed }
    },
    close: () => {
      server.close()
    },
  }
}

/** Empty when it is no answer. */
function decompressed(gzip: Uint8Array): Uint8Array {
  try {
    return gunzipSync(gzip)
  } catch {
    return new Uint8Array()
  }
}

function damaged(gzip: Buffer, random: Random): Buffer {
  const at = random.int(0, gzip.length - 1)
  const flipped = Buffer.from(gzip)
  flipped[at] = random.int(0, 255)
  return random.pick([gzip, gzip.subarray(0, at), flipped, Buffer.from('no gzip at all'), Buffer.alloc(0)])
}
