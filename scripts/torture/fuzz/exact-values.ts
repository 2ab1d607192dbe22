import { ONE, toUnits } from './exact-units.ts'
import { type JsonNode, memberOf } from './json-tree.ts'

/** Thrown for a record that says nothing clear: whoever loads it has made something up. */
export class Unclear extends Error {
  override readonly name = 'Unclear'
}

const MAX_BIGINT = 9_223_372_036_854_775_807n

/** A member that is there and not null. */
export function present(record: JsonNode, key: string): JsonNode | null {
  const node = memberOf(record, key)
  return node === undefined || (node.kind === 'literal' && node.value === null) ? null : node
}

/** An id digit by digit; null when absent. Throws Unclear. */
export function exactId(record: JsonNode, key: string): string | null {
  const node = present(record, key)
  if (node === null) return null
  if (node.kind === 'text' && isId(node.text)) return node.text
  if (node.kind === 'number') {
    const units = toUnits(node.source)
    if (units !== null && units > 0n && units % ONE === 0n && isId(String(units / ONE)))
      return String(units / ONE)
  }
  throw new Unclear(`${key} is no id`)
}

/** A text, or a number as it is written; null when absent or empty. Throws Unclear. */
export function exactText(record: JsonNode, key: string): string | null {
  const node = present(record, key)
  if (node === null) return null
  if (node.kind === 'text') return node.text === '' ? null : node.text
  if (node.kind === 'number') return node.source
  throw new Unclear(`${key} is no text`)
}

/** A number in units; null when absent. Throws Unclear. */
export function exactAmount(record: JsonNode, key: string, mayBeNegative = false): bigint | null {
  const node = present(record, key)
  if (node === null) return null
  const source = node.kind === 'text' ? node.text : node.kind === 'number' ? node.source : ''
  const units = toUnits(source)
  if (units === null || (units < 0n && !mayBeNegative)) throw new Unclear(`${key} is no number`)
  return units
}

/** A whole number in units; null when absent. Throws Unclear. */
export function exactCount(record: JsonNode, key: string): bigint | null {
  const units = exactAmount(record, key)
  if (units !== null && (units % ONE !== 0n || units / ONE > MAX_BIGINT))
    throw new Unclear(`${key} is no count`)
  return units
}

/** Digits without a leading zero, within a bigint. */
export function isId(text: string): boolean {
  return text.length <= 19 && /^[1-9]\d*$/.test(text) && BigInt(text) <= MAX_BIGINT
}
