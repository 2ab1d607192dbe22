export const QUOTE = 0x22
export const COMMA = 0x2c
const DOT = 0x2e
const ZERO = 0x30
const NINE = 0x39
export const COLON = 0x3a
export const OPEN_LIST = 0x5b
const BACKSLASH = 0x5c
export const CLOSE_LIST = 0x5d
export const OPEN_OBJECT = 0x7b
export const CLOSE_OBJECT = 0x7d
/** Below it no character may stand in a text. */
const FIRST_PRINTABLE = 0x20

/** Of a count that is surely one (see `toCount`). */
const MAX_COUNT_LENGTH = 12
/** Of an amount that is surely one (see `toAmount`). */
const MAX_AMOUNT_LENGTH = 40
/** Where something ends that is not as it should be. */
export const NONE = -1

/** Where the quotation mark after a text without escapes stands; NONE when there is none. */
export function endOfText(bytes: Uint8Array, start: number): number {
  for (let at = start; ; at += 1) {
    const byte = bytes[at] ?? BACKSLASH
    if (byte === QUOTE) return at
    if (byte === BACKSLASH || byte < FIRST_PRINTABLE) return NONE
  }
}

/** The same for a text that may have escapes. */
export function endOfEscaped(bytes: Uint8Array, start: number): number {
  for (let at = start; ; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte === QUOTE) return at
    if (byte === BACKSLASH) at += 1
    if (byte < FIRST_PRINTABLE) return NONE
  }
}

/** Where the quotation mark after a whole number stands; NONE when it is none, or a very large one. */
export function endOfCount(bytes: Uint8Array, start: number): number {
  for (let at = start; ; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte >= ZERO && byte <= NINE) continue
    return byte === QUOTE && at > start && at - start <= MAX_COUNT_LENGTH ? at : NONE
  }
}

/** The same for a number that may have a fraction. */
export function endOfAmount(bytes: Uint8Array, start: number): number {
  let whole = start
  for (let at = start; ; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte >= ZERO && byte <= NINE) continue
    if (at === whole) return NONE
    if (byte === QUOTE) return at - start <= MAX_AMOUNT_LENGTH ? at : NONE
    if (byte !== DOT || whole !== start) return NONE
    whole = at + 1
  }
}

/** The end of an object by its braces, whatever is in it. Throws SyntaxError when there is none. */
export function endOfObject(bytes: Uint8Array, start: number): number {
  if (bytes[start] !== OPEN_OBJECT) throw new SyntaxError('a record that is no object')
  let depth = 0
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at]
    if (byte === QUOTE) {
      at = endOfEscaped(bytes, at + 1)
      if (at === NONE) break
    } else if (byte === OPEN_OBJECT) depth += 1
    else if (byte === CLOSE_OBJECT && --depth === 0) return at + 1
  }
  throw new SyntaxError('a record without an end')
}
