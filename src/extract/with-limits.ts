import type { Fetch } from './fetch.ts'

export interface AnswerLimits {
  /** From the call to the answer's headers. */
  readonly headersMs: number
  /** Between two pieces of the answer. */
  readonly idleMs: number
  /** From the call to the answer's end. */
  readonly wholeMs: number
  readonly maxBytes: number
}

export class AnswerTooLargeError extends Error {
  override readonly name = 'AnswerTooLargeError'
}

/**
 * Reads the whole answer, within bounds of time and size: a Response that comes back is complete.
 * Rejects with a TimeoutError, an AnswerTooLargeError, the signal's reason, or what `fetch` rejects with.
 * Time runs on real timers, since it guards a socket.
 */
export function withLimits(fetch: Fetch, limits: AnswerLimits): Fetch {
  return async (input, init = {}) => {
    const timeout = new AbortController()
    const timer = (ms: number, missing: string) =>
      setTimeout(() => timeout.abort(new DOMException(`${missing} within ${ms} ms`, 'TimeoutError')), ms)
    const signal = AbortSignal.any(init.signal ? [init.signal, timeout.signal] : [timeout.signal])
    const whole = timer(limits.wholeMs, 'no complete answer')
    let step = timer(limits.headersMs, 'no answer')
    try {
      const response = await unlessAborted(fetch(input, { ...init, signal }), signal)
      const chunks = await readChunks(response, limits.maxBytes, signal, () => {
        clearTimeout(step)
        step = timer(limits.idleMs, 'no further piece of the answer')
      })
      const { status, statusText, headers } = response
      return new Response(chunks.length === 0 ? null : Buffer.concat(chunks), { status, statusText, headers })
    } finally {
      clearTimeout(step)
      clearTimeout(whole)
    }
  }
}

async function readChunks(
  response: Response,
  maxBytes: number,
  signal: AbortSignal,
  onProgress: () => void,
): Promise<Uint8Array[]> {
  if (!response.body) return []
  const reader = response.body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for (;;) {
      onProgress()
      const { done, value } = await unlessAborted(reader.read(), signal)
      if (done) return chunks
      size += value.byteLength
      if (size > maxBytes) throw new AnswerTooLargeError(`an answer of more than ${maxBytes} bytes`)
      chunks.push(value)
    }
  } catch (error) {
    // The socket is given up whatever the answer's end would have been.
    reader.cancel(error).catch(() => {})
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
