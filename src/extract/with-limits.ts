import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { ByteRoom, Held } from '../model/byte-room.ts'
import type { Answer, Fetch } from './fetch.ts'

export interface AnswerLimits {
  /** From the call to the answer's headers. */
  readonly headersMs: number
  /** Between two pieces of the answer. */
  readonly idleMs: number
  /** From the call to the answer's end. */
  readonly wholeMs: number
  /** Of the answer, when it is no longer compressed. */
  readonly maxBytes: number
}

export interface WholeAnswer extends Pick<Answer, 'status' | 'headers'> {
  readonly bytes: Uint8Array
  /** The room that it takes, to be given back when nothing of it is needed any more. */
  readonly held: Held
}

export type FetchWhole = (input: string | URL, init: RequestInit) => Promise<WholeAnswer>

export class AnswerTooLargeError extends Error {
  override readonly name = 'AnswerTooLargeError'

  constructor(maxBytes: number) {
    super(`an answer of more than ${maxBytes} bytes`)
  }
}

/** Pieces of what is decompressed, at least; each one is a way to another thread and back. */
const PIECE_BYTES = 256 * 1024
/** More than JSON shrinks: whatever an answer says of itself, it gets no larger pieces. */
const MOST_SHRUNK = 32

const decompress = promisify(gunzip)

/**
 * Reads the whole answer, within bounds of time and size, when there is room for it.
 * Rejects with a TimeoutError, an AnswerTooLargeError, the signal's reason, or what `fetch` rejects with.
 * Time runs on real timers, since it guards a socket, but not while there is no room.
 */
export function withLimits(fetch: Fetch, limits: AnswerLimits, room: ByteRoom): FetchWhole {
  return async (input, init) => {
    const timeout = new AbortController()
    const signal = AbortSignal.any(init.signal ? [init.signal, timeout.signal] : [timeout.signal])
    await room.untilSome(signal)
    const timers = createTimers(limits, timeout)
    const held = room.open()
    const take = async (bytes: number) => {
      const roomy = held.grow(bytes, signal)
      if (roomy === null) return
      timers.stop()
      await roomy
      timers.go()
    }
    try {
      timers.go(limits.headersMs, 'no answer')
      const { status, headers, body, compression } = await unlessAborted(
        fetch(input, { ...init, signal }),
        signal,
      )
      const sent = await readWhole(body, limits.maxBytes, signal, timers.go, take)
      if (!compression || sent.length === 0) return { status, headers, bytes: sent, held }
      const told = toldLength(sent)
      await take(Math.max(0, told - sent.length))
      const bytes = await unzip(sent, told, limits.maxBytes)
      held.count(bytes.length - Math.max(told, sent.length))
      return { status, headers, bytes, held }
    } catch (error) {
      held.release()
      throw error
    } finally {
      timers.stop()
    }
  }
}

/** Timers of one answer, which abort it: for the whole of it, and for its next step. */
function createTimers({ wholeMs, idleMs }: AnswerLimits, timeout: AbortController) {
  const timer = (ms: number, missing: string, limitMs = ms) =>
    setTimeout(() => timeout.abort(new DOMException(`${missing} within ${limitMs} ms`, 'TimeoutError')), ms)
  let leftMs = wholeMs
  let running: { readonly sinceMs: number; readonly whole: NodeJS.Timeout } | null = null
  let step: NodeJS.Timeout | undefined
  return {
    go(stepMs = idleMs, missing = 'no further piece of the answer') {
      clearTimeout(step)
      step = timer(stepMs, missing)
      running ??= { sinceMs: performance.now(), whole: timer(leftMs, 'no complete answer', wholeMs) }
    },
    stop() {
      clearTimeout(step)
      if (running === null) return
      clearTimeout(running.whole)
      leftMs = Math.max(0, leftMs - (performance.now() - running.sinceMs))
      running = null
    },
  }
}

async function readWhole(
  body: Answer['body'],
  maxBytes: number,
  signal: AbortSignal,
  onProgress: () => void,
  take: (bytes: number) => Promise<void>,
): Promise<Uint8Array> {
  if (!body) return new Uint8Array()
  const pieces = body[Symbol.asyncIterator]()
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for (;;) {
      onProgress()
      const { done, value } = await unlessAborted(pieces.next(), signal)
      if (done) return Buffer.concat(chunks)
      size += value.byteLength
      if (size > maxBytes) throw new AnswerTooLargeError(maxBytes)
      await take(value.byteLength)
      chunks.push(value)
    }
  } catch (error) {
    // The socket is given up whatever the answer's end would have been.
    pieces.return?.().catch(() => {})
    throw error
  }
}

async function unzip(bytes: Uint8Array, told: number, maxBytes: number): Promise<Uint8Array> {
  try {
    const chunkSize = Math.max(PIECE_BYTES, Math.min(maxBytes, told + 1))
    return await decompress(bytes, { chunkSize, maxOutputLength: maxBytes })
  } catch (error) {
    if (error instanceof RangeError) throw new AnswerTooLargeError(maxBytes)
    throw error
  }
}

/** How long the last four bytes of gzip say that its content is, so that one piece will do; it need not be true. */
function toldLength(bytes: Uint8Array): number {
  if (bytes.length < 4) return 0
  const { buffer, byteOffset } = bytes
  const length = new DataView(buffer, byteOffset, bytes.length).getUint32(bytes.length - 4, true)
  return Math.min(length, bytes.length * MOST_SHRUNK)
}

/** `promise`, or the signal's reason as soon as it is aborted, also when nobody else heeds the signal. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort)
  // Only reject, so that the race below takes care of `promise`: its own rejection must not go unhandled.
  if (signal.aborted) onAbort()
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
