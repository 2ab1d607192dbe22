/** Digits of a DECIMAL(38, 18), the widest decimal that DuckDB, Spark and Arrow all read. */
export const DECIMAL_PRECISION = 38
/** Digits after its point. Of every file, since a reader of several takes the first one's for all. */
export const DECIMAL_SCALE = 18
/** Bytes of one, big-endian, in two's complement. */
export const DECIMAL_LENGTH = 16

/** `12.5` with scale 18 is 12500000000000000000n. Throws RangeError on what is no plain decimal or has more digits. */
export function toUnscaled(text: string, scale: number): bigint {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)
  const [, sign = '', whole = '', fraction = ''] = match ?? []
  if (match === null || fraction.length > scale)
    throw new RangeError(`"${text}" is no decimal with ${scale} digits after the point at most`)
  return BigInt(sign + whole + fraction.padEnd(scale, '0'))
}

/** The decimal of `unscaled`, with all `scale` digits after the point. */
export function fromUnscaled(unscaled: bigint, scale: number): string {
  if (scale === 0) return String(unscaled)
  const negative = unscaled < 0n
  const digits = String(negative ? -unscaled : unscaled).padStart(scale + 1, '0')
  return `${negative ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/** Digits after the point of a decimal's text. */
export function scaleOf(text: string): number {
  const point = text.indexOf('.')
  return point === -1 ? 0 : text.length - point - 1
}

export function toDecimalBytes(text: string): Uint8Array {
  const unscaled = toUnscaled(text, DECIMAL_SCALE)
  const bytes = new Uint8Array(DECIMAL_LENGTH)
  const view = new DataView(bytes.buffer)
  view.setBigInt64(0, unscaled >> 64n)
  view.setBigUint64(8, unscaled & 0xffff_ffff_ffff_ffffn)
  return bytes
}

/** With all digits after the point. */
export function fromDecimalBytes(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, DECIMAL_LENGTH)
  return fromUnscaled((view.getBigInt64(0) << 64n) | view.getBigUint64(8), DECIMAL_SCALE)
}
