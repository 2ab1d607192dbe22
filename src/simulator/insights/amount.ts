/** Minor units as the API writes money: in major units, no zero at the end. */
export function toMajorUnits(minor: number, offset: 1 | 100): string {
  return toNumberText(minor / offset)
}

/** A number as the API writes it: at most six decimals, none that say nothing. */
export function toNumberText(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(6).replace(/\.?0+$/, '')
}
