/** A JSON object whose members have not been looked at yet. */
export type JsonObject = Readonly<Record<string, unknown>>

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Where a bare number might stand that a double cannot hold. Digits in a string only cost the slower way. */
const MAYBE_LONG_NUMBER = /(?:^|[:,[\s])-?(?:[\d.]{16}|[\d.]+[eE])/

const LONG_INTEGER = /^-?\d{16,}$/

/** The longest that JavaScript writes a double: `-0.0000012345678901234567`. */
const LONGEST_DOUBLE = 25

/** Deeper than anything that is meant: what walks through a value by calling itself would run out of stack. */
const MAX_DEPTH = 100

/**
 * JSON.parse that loses no digit: integers of 16 digits and more, and decimals that a double cannot hold,
 * come back as text exactly as they were sent; everything else as JSON.parse has it.
 * Throws SyntaxError on bad JSON, RangeError on what is nested more than 100 deep.
 */
export function parseExactJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  // The API sends most of its numbers as text: a look at the values spares most answers the one at their text.
  return holdsNumber(value, MAX_DEPTH) && MAYBE_LONG_NUMBER.test(text) ? JSON.parse(text, exactNumber) : value
}

/**
 * Whether the value is a number or has one in it; throws RangeError when it is nested deeper than so many levels.
 * Looks at all of an answer, so it makes nothing, and goes through lists in the way that is fast for them.
 */
function holdsNumber(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'number'
  if (levels === 0) throw new RangeError('JSON that is nested too deeply')
  let found = false
  if (Array.isArray(value)) {
    for (const inner of value) if (typeof inner !== 'string' && holdsNumber(inner, levels - 1)) found = true
    return found
  }
  for (const key in value) {
    const inner: unknown = value[key as keyof typeof value]
    if (typeof inner !== 'string' && holdsNumber(inner, levels - 1)) found = true
  }
  return found
}

/** The third argument of a reviver is the source text of a primitive (ECMAScript 2026, Node 22). */
function exactNumber(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source
  if (typeof value !== 'number' || source === undefined) return value
  if (source.length > LONGEST_DOUBLE || LONG_INTEGER.test(source)) return source
  return significant(source) === significant(String(value)) ? value : source
}

/** A number's value without regard to its spelling: `1.50`, `15e-1` and `1.5` are all `15e-1`. */
function significant(source: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source)
  if (!match) return source
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const stem = digits.replace(/0+$/, '')
  if (stem === '') return '0'
  return `${sign}${stem}e${Number(exponent) - fraction.length + digits.length - stem.length}`
}
