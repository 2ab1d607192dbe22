/** Places after the point of a unit; no figure of the program has more digits. */
const PLACES = 60

export const ONE = 10n ** BigInt(PLACES)

/** The number in units of 10^-60, nothing rounded; null when it is no number, or too long or small for that. */
export function toUnits(source: string): bigint | null {
  if (source.length > 400) return null
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/.exec(source)
  if (!match) return null
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  const digits = BigInt(`${whole}${fraction}`)
  const shift = PLACES - fraction.length + Number(exponent)
  const signed = sign === '-' ? -digits : digits
  if (shift >= 0) return signed * 10n ** BigInt(shift)
  const divisor = 10n ** BigInt(-shift)
  return signed % divisor === 0n ? signed / divisor : null
}
