const FIRST_BYTES = 64 * 1024

/**
 * Lines of ASCII text in one piece of memory that grows. Strings would take twice as much, and as many of them are
 * what the garbage collector spends its time with.
 */
export class LineBytes {
  #bytes = new Uint8Array(0)
  #length = 0
  /** Of each line, where the next one begins. */
  #ends: number[] = []

  /** Bytes that are held, with a line feed after each line. */
  get length(): number {
    return this.#length
  }

  get count(): number {
    return this.#ends.length
  }

  /** Adds a field to the line that is being written, and the tab after it. */
  addField(text: string): void {
    const end = this.#length + text.length + 1
    if (end > this.#bytes.length) this.#grow(end)
    this.#length = writeAscii(this.#bytes, this.#length, text)
    this.#bytes[this.#length] = TAB
    this.#length = end
  }

  /** Adds bytes of ASCII as a field. */
  addBytes(from: Uint8Array, start: number, end: number): void {
    let at = this.#length
    const next = at + end - start + 1
    if (next > this.#bytes.length) this.#grow(next)
    const bytes = this.#bytes
    for (let i = start; i < end; i += 1) bytes[at++] = from[i] ?? 0
    bytes[at] = TAB
    this.#length = next
  }

  /** Ends the line, which has a field at least. */
  endLine(): void {
    this.#bytes[this.#length - 1] = LINE_FEED
    this.#ends.push(this.#length)
  }

  /** The lines from `first` to the one before `end`, as they are held, with their line feeds. */
  lines(first: number, end: number): Uint8Array {
    return this.#bytes.subarray(this.#startOf(first), this.#startOf(end))
  }

  /** The text of a line's field. */
  field(line: number, index: number): string {
    let place = this.#startOf(line)
    for (let left = index; left > 0; place += 1) if (this.#bytes[place] === TAB) left -= 1
    let text = ''
    for (; (this.#bytes[place] ?? LINE_FEED) > LINE_FEED; place += 1)
      text += String.fromCharCode(this.#bytes[place] ?? LINE_FEED)
    return text
  }

  /** A line, without its line feed. */
  line(line: number): Uint8Array {
    return this.#bytes.subarray(this.#startOf(line), this.#startOf(line + 1) - 1)
  }

  clear(): void {
    this.#bytes = new Uint8Array(0)
    this.#length = 0
    this.#ends = []
  }

  #startOf(line: number): number {
    return line === 0 ? 0 : (this.#ends[line - 1] ?? this.#length)
  }

  #grow(least: number): void {
    const wider = new Uint8Array(Math.max(FIRST_BYTES, this.#bytes.length * 2, least))
    wider.set(this.#bytes)
    this.#bytes = wider
  }
}

const TAB = 9
const LINE_FEED = 10

/** Writes text that is known to be ASCII; returns where it ends. */
export function writeAscii(target: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i += 1) target[at + i] = text.charCodeAt(i)
  return at + text.length
}
