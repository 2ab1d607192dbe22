import { UsageError } from './usage-error.ts'

/** The whole number of a flag, within bounds that are both allowed. Throws UsageError. */
export function parseNumber(
  flag: string,
  text: string | undefined,
  fallback: number,
  least: number,
  most: number,
): number {
  if (text === undefined) return fallback
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= least && value <= most)) {
    throw new UsageError(`${flag} is "${text}"; it must be a whole number from ${least} to ${most}.`)
  }
  return value
}
