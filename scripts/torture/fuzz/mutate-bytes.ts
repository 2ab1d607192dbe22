import type { Random } from '../../../src/simulator/world/random.ts'

type Mutate = (body: Buffer, random: Random) => Uint8Array

const insert = (body: Buffer, at: number, bytes: readonly number[]): Buffer =>
  Buffer.concat([body.subarray(0, at), Buffer.from(bytes), body.subarray(at)])

const LATER: readonly Mutate[] = [
  (body, random) => body.subarray(0, random.int(0, body.length)),
  (body, random) => body.subarray(random.int(0, body.length)),
  (body, random) => insert(body, random.int(0, body.length), [0]),
  (body, random) => insert(body, random.int(0, body.length), [0xff]),
  (body, random) => insert(body, random.int(0, body.length), [0xc3]),
  (body, random) => insert(body, random.int(0, body.length), [0xed, 0xa0, 0x80]),
  (body, random) => insert(body, random.int(0, body.length), [0xf8, 0x88, 0x80, 0x80, 0x80]),
  (body, random) => insert(body, random.int(0, body.length), [0xef, 0xbb, 0xbf]),
  (body) => insert(body, 0, [0xef, 0xbb, 0xbf]),
  (body, random) => {
    const changed = Buffer.from(body)
    const at = random.int(0, Math.max(0, body.length - 1))
    if (at < changed.length) changed[at] = random.int(0, 255)
    return changed
  },
  (body) => Buffer.concat([body, body]),
  (body) => Buffer.concat([Buffer.from('for (;;);'), body]),
  (body) => Buffer.concat([body, Buffer.from('\n<!-- served in 3 ms -->')]),
  (body) => Buffer.from(body.toString('utf8'), 'utf16le'),
  () => Buffer.alloc(0),
  () => Buffer.from('null'),
  () => Buffer.from('<!DOCTYPE html><html><body>Sorry</body></html>'),
  () => Buffer.from(`${'['.repeat(100_000)}${']'.repeat(100_000)}`),
  () => Buffer.from(`${'{"data":'.repeat(100_000)}[]${'}'.repeat(100_000)}`),
  () => Buffer.from('{"data":['.repeat(100_000)),
]

/** The bytes are cut, damaged, or others altogether. */
export const mutateBytes: Mutate = (body, random) => random.pick(LATER)(body, random)
