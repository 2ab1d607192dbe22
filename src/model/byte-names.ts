/** So many entries of the table for each name, at least: fuller ones find slowly. */
const SPARSE = 2
const FIRST_NAMES = 256
const FIRST_BYTES = 8 * 1024
const QUOTE = 34

/**
 * Texts that come again and again, found by their bytes: the same bytes have the same small number, and the same
 * string, which is made once. Numbers count up from 0.
 */
export class ByteNames {
  #texts: string[] = []
  #bytes = new Uint8Array(FIRST_BYTES)
  /** Where each name's bytes begin; one more than there are names. */
  #starts = new Int32Array(FIRST_NAMES + 1)
  #table = new Int32Array(FIRST_NAMES * SPARSE)

  constructor(texts: readonly string[] = []) {
    const encoder = new TextEncoder()
    for (const text of texts) {
      const bytes = encoder.encode(text)
      this.idOf(bytes, 0, bytes.length)
    }
  }

  get size(): number {
    return this.#texts.length
  }

  textOf(id: number): string {
    return this.#texts[id] ?? ''
  }

  /** Where the name ends, if it stands at `start` with a quotation mark after it; else -1. */
  endOf(id: number, bytes: Uint8Array, start: number): number {
    const own = this.#bytes
    const first = this.#starts[id] ?? 0
    const length = (this.#starts[id + 1] ?? 0) - first
    if (bytes[start + length] !== QUOTE) return -1
    for (let i = 0; i < length; i += 1) if (own[first + i] !== bytes[start + i]) return -1
    return start + length
  }

  /** The number of the text from `start` to `end`, as it stands in JSON: valid UTF-8, maybe with escapes. */
  idOf(bytes: Uint8Array, start: number, end: number): number {
    const mask = this.#table.length - 1
    let place = hash(bytes, start, end) & mask
    for (;;) {
      const entry = this.#table[place] ?? 0
      if (entry === 0) break
      if (this.#is(entry - 1, bytes, start, end)) return entry - 1
      place = (place + 1) & mask
    }
    return this.#add(place, bytes, start, end)
  }

  #is(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    const first = this.#starts[id] ?? 0
    if ((this.#starts[id + 1] ?? 0) - first !== end - start) return false
    for (let i = start, own = first; i < end; i += 1, own += 1)
      if (bytes[i] !== this.#bytes[own]) return false
    return true
  }

  #add(place: number, bytes: Uint8Array, start: number, end: number): number {
    const id = this.#texts.length
    this.#texts.push(decode(bytes.subarray(start, end)))
    const first = this.#starts[id] ?? 0
    const last = first + end - start
    if (last > this.#bytes.length) {
      const wider = new Uint8Array(last * 2)
      wider.set(this.#bytes)
      this.#bytes = wider
    }
    this.#bytes.set(bytes.subarray(start, end), first)
    if (id + 1 >= this.#starts.length) {
      const wider = new Int32Array(this.#starts.length * 2)
      wider.set(this.#starts)
      this.#starts = wider
    }
    this.#starts[id + 1] = last
    this.#table[place] = id + 1
    if ((id + 1) * SPARSE > this.#table.length) this.#rehash()
    return id
  }

  #rehash(): void {
    const table = new Int32Array(this.#table.length * 2)
    const mask = table.length - 1
    for (let id = 0; id < this.#texts.length; id += 1) {
      let place = hash(this.#bytes, this.#starts[id] ?? 0, this.#starts[id + 1] ?? 0) & mask
      while (table[place] !== 0) place = (place + 1) & mask
      table[place] = id + 1
    }
    this.#table = table
  }
}

/** FNV-1a. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  let value = 0x811c9dc5
  for (let i = start; i < end; i += 1) value = Math.imul(value ^ (bytes[i] ?? 0), 0x01000193)
  return value ^ (value >>> 15)
}

/** A text that begins with a byte order mark keeps it, as it does in an answer that is decoded as a whole. */
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true })

function decode(bytes: Uint8Array): string {
  const text = DECODER.decode(bytes)
  return text.includes('\\') ? JSON.parse(`"${text}"`) : text
}
