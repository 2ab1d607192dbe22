import { CONVERSIONS } from '../model/action-type.ts'
import type { ActionList } from './action-list.ts'

export type Conversion = keyof typeof CONVERSIONS

/**
 * The action type that a row's `conversion` is read from, count and value alike: the first in the contract's
 * order that the row counts, else the first that it has a value of. Null when it has none of them.
 */
export function conversionType(
  conversion: Conversion,
  counts: ActionList,
  values: ActionList,
): string | null {
  for (const type of CONVERSIONS[conversion]) if (counts.has(type)) return type
  for (const type of CONVERSIONS[conversion]) if (values.has(type)) return type
  return null
}
