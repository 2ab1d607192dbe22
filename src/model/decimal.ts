declare const brand: unique symbol

/** An exact decimal as text in plain notation, e.g. `5339.5`. Money in major units of the account's currency. */
export type Decimal = string & { readonly [brand]: 'Decimal' }

const MAX_DIGITS = 40
const MAX_BIGINT = 9_223_372_036_854_775_807n

/** The decimal in an API's value (text or JSON number); null when it is none or absurdly long. */
export function toDecimal(value: unknown): Decimal | null {
  if (typeof value === 'number') return Number.isFinite(value) ? toDecimal(plain(value)) : null
  if (typeof value !== 'string' || value.length > MAX_DIGITS) return null
  const text = /[eE]/.test(value) && Number.isFinite(Number(value)) ? plain(Number(value)) : value
  return /^-?\d+(\.\d+)?$/.test(text) ? (text as Decimal) : null
}

/** The whole number, 0 to 2^63 - 1, in an API's value; null when it is none. */
export function toCount(value: unknown): Decimal | null {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value
  if (typeof text !== 'string' || !/^\d{1,19}$/.test(text) || BigInt(text) > MAX_BIGINT) return null
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

function plain(value: number): string {
  const text = String(value)
  return /e/.test(text) ? value.toFixed(20).replace(/\.?0+$/, '') : text
}
