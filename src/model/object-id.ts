declare const brand: unique symbol

/**
 * The id of an ad account (without `act_`), campaign, ad set, ad or creative.
 * Always text: ids go beyond 2^53 and a JavaScript number would change their last digits.
 */
export type ObjectId = string & { readonly [brand]: 'ObjectId' }

/** The unknown member of every dimension. */
export const UNKNOWN_ID = '0' as ObjectId

/** Of PostgreSQL's bigint, 19 digits long: shorter numbers are smaller, and equally long ones sort as text. */
const MAX_BIGINT = '9223372036854775807'

/** True for decimal digits that fit PostgreSQL's bigint, without sign or leading zero; 0 is no id. */
export function isObjectId(value: unknown): value is ObjectId {
  return (
    typeof value === 'string' &&
    /^[1-9]\d{0,18}$/.test(value) &&
    (value.length < MAX_BIGINT.length || value <= MAX_BIGINT)
  )
}

/**
 * The id in an API's value: text, or a bare number that is exact (longer ones arrive as text, see
 * `model/exact-json.ts`). Null when it is no id.
 */
export function toObjectId(value: unknown): ObjectId | null {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value
  return isObjectId(text) ? text : null
}

/** An ad account's id as people write it, with or without `act_`. Throws RangeError on anything else. */
export function parseAccountId(text: string): ObjectId {
  const id = text.trim().replace(/^act_/, '')
  if (!isObjectId(id))
    throw new RangeError(`"${text}" is not an ad account id (digits, with or without act_)`)
  return id
}
