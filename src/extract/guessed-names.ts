import type { ByteNames } from '../model/byte-names.ts'
import { endOfText, NONE } from './json-bytes.ts'

/** Reads names of which each one is usually followed by the same. */
export class GuessedNames {
  readonly #names: ByteNames
  /** Of each name the one that came after it last; the first entry is for the beginning. */
  #next = new Int32Array(64).fill(NONE)
  /** Where the name that was read last ends: at its quotation mark. */
  end = 0

  constructor(names: ByteNames) {
    this.#names = names
  }

  /** The number of the name that stands at `start`, after the name `before`; NONE when it has no end or an escape. */
  read(bytes: Uint8Array, start: number, before: number): number {
    const guess = this.#next[before + 1] ?? NONE
    if (guess !== NONE) {
      this.end = this.#names.endOf(guess, bytes, start)
      if (this.end !== NONE) return guess
    }
    this.end = endOfText(bytes, start)
    if (this.end === NONE) return NONE
    const name = this.#names.idOf(bytes, start, this.end)
    if (before + 1 >= this.#next.length) {
      const wider = new Int32Array(2 * (before + 2)).fill(NONE)
      wider.set(this.#next)
      this.#next = wider
    }
    this.#next[before + 1] = name
    return name
  }
}
