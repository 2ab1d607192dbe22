import { writeAscii } from './line-bytes.ts'

/** Bytes of one write: a write per row costs 25 times as much. */
const CHUNK_BYTES = 64 * 1024

/** Puts lines together to chunks for COPY, which are cut between lines. */
export class CopyChunks {
  readonly #whole: Uint8Array[] = []
  #chunk = new Uint8Array(CHUNK_BYTES)
  #length = 0

  /** Adds a line, with more at its end. All is ASCII. */
  add(line: Uint8Array, more: string): void {
    const length = line.length + more.length + 1
    if (this.#length + length > this.#chunk.length) this.#next(length)
    this.#chunk.set(line, this.#length)
    const end = writeAscii(this.#chunk, this.#length + line.length, more)
    this.#chunk[end] = LINE_FEED
    this.#length = end + 1
  }

  /** All that was added, once nothing more is. */
  finish(): Uint8Array[] {
    this.#close()
    return this.#whole
  }

  #close(): void {
    if (this.#length > 0) this.#whole.push(this.#chunk.subarray(0, this.#length))
    this.#length = 0
  }

  #next(least: number): void {
    this.#close()
    this.#chunk = new Uint8Array(Math.max(CHUNK_BYTES, least))
  }
}

const LINE_FEED = 10
