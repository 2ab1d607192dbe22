import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'

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

/** What is compressed with gzip and tells the length `told`. Rejects with an AnswerTooLargeError, or when it is damaged. */
export async function unzip(bytes: Uint8Array, told: number, maxBytes: number): Promise<Uint8Array> {
  try {
    const chunkSize = Math.max(PIECE_BYTES, Math.min(maxBytes, told + 1))
    return await decompress(bytes, { chunkSize, maxOutputLength: maxBytes })
  } catch (error) {
    if (error instanceof RangeError) throw new AnswerTooLargeError(maxBytes)
    throw error
  }
}

/** How long the last four bytes of gzip say that its content is, so that one piece will do; it need not be true. */
export function toldLength(bytes: Uint8Array): number {
  if (bytes.length < 4) return 0
  const { buffer, byteOffset } = bytes
  const length = new DataView(buffer, byteOffset, bytes.length).getUint32(bytes.length - 4, true)
  return Math.min(length, bytes.length * MOST_SHRUNK)
}
