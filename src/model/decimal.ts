declare const brand: unique symbol

/** An exact decimal as text in plain notation, e.g. `5339.5`. Money in major units of the account's currency. */
export type Decimal = string & { readonly [brand]: 'Decimal' }

const MAX_DIGITS = 40

/** Nothing is counted so often in a day; a million of them still add up to a bigint. */
const MAX_COUNT = 1_000_000_000_000
const PLAIN = /^-?\d+(?:\.\d+)?$/

/** The decimal in an API's value (text or JSON number); null when it is none or absurdly long. */
export function toDecimal(value: unknown): Decimal | null {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string' || text.length > MAX_DIGITS) return null
  if (PLAIN.test(text)) return text as Decimal
  const match = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,3})$/.exec(text)
  if (!match) return null
  const [, sign = '', whole = '', fraction = '', exponent] = match
  const plain = `${sign}${movePoint(whole, fraction, Number(exponent))}`
  return plain.length > MAX_DIGITS ? null : (plain as Decimal)
}

/** The same, for what is never negative. */
export function toAmount(value: unknown): Decimal | null {
  const decimal = toDecimal(value)
  return decimal?.startsWith('-') && /[1-9]/.test(decimal) ? null : decimal
}

/** The whole number, 0 to a million millions, in an API's value; null when it is none. */
export function toCount(value: unknown): Decimal | null {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value
  if (typeof text !== 'string' || !/^\d{1,19}$/.test(text) || Number(text) > MAX_COUNT) return null
  return text as Decimal
}

/** `"50000"` with offset 100 is `500.00`; with offset 1 it stays. Throws RangeError on other text. */
export function fromMinorUnits(minor: string, offset: 1 | 100): Decimal {
  const match = /^(-?)(\d+)$/.exec(minor)
  if (!match) throw new RangeError(`"${minor}" is not an amount in minor units`)
  if (offset === 1) return minor as Decimal
  const digits = (match[2] ?? '').padStart(3, '0')
  return `${match[1]}${digits.slice(0, -2)}.${digits.slice(-2)}` as Decimal
}

/** `whole.fraction` with its point so many places further to the right, all digits kept. */
function movePoint(whole: string, fraction: string, places: number): string {
  const digits = `${whole}${fraction}`
  const point = whole.length + places
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`
  if (point >= digits.length) return digits.padEnd(point, '0')
  return `${digits.slice(0, point)}.${digits.slice(point)}`
}
