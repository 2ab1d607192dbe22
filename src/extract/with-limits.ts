import type { ByteRoom, Held } from '../model/byte-room.ts'
import { type AnswerTimes, createAnswerTimers } from './answer-timers.ts'
import type { Answer, Fetch } from './fetch.ts'
import { AnswerTooLargeError, toldLength, unzip } from './unzip.ts'

export interface AnswerLimits extends AnswerTimes {
  /** Of the answer, when it is no longer compressed. */
  readonly maxBytes: number
}

export interface WholeAnswer extends Pick<Answer, 'status' | 'headers'> {
  readonly bytes: Uint8Array
  /** The room that it takes, to be given back when nothing of it is needed any more. */
  readonly held: Held
}

export type FetchWhole = (input: string | URL, init: RequestInit) => Promise<WholeAnswer>

/**
 * Reads the whole answer, within bounds of time and size, as there is room for it.
 * Rejects with a TimeoutError, an AnswerTooLargeError, the signal's reason, or what `fetch` rejects with.
 * Time runs on real timers, since it guards a socket, but not while there is no room.
 */
export function withLimits(fetch: Fetch, limits: AnswerLimits, room: ByteRoom): FetchWhole {
  return async (input, init) => {
    const timeout = new AbortController()
    const signal = AbortSignal.any(init.signal ? [init.signal, timeout.signal] : [timeout.signal])
    const timers = createAnswerTimers(limits, timeout)
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
