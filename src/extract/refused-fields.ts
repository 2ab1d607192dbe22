import type { ObjectId } from '../model/object-id.ts'
import type { GraphError } from './graph-error.ts'
import { isGraphError } from './graph-error.ts'

/** A field of the reports that the API does not give for an ad account. */
interface RefusedField {
  readonly accountId: ObjectId
  readonly field: string
}

/** The fields that a run asks for no more. */
export interface RefusedFields {
  readonly all: readonly RefusedField[]
  /** The accounts whose reads go without sums beside the rows: what guards them is repeated rows alone. */
  readonly withoutSums: Set<ObjectId>
  has(accountId: ObjectId, field: string): boolean
  /** False when it was known. */
  add(accountId: ObjectId, field: string): boolean
}

export function createRefusedFields(): RefusedFields {
  const all: RefusedField[] = []
  const has = (accountId: ObjectId, field: string) =>
    all.some((each) => each.accountId === accountId && each.field === field)
  return {
    all,
    withoutSums: new Set(),
    has,
    add(accountId, field) {
      if (has(accountId, field)) return false
      all.push({ accountId, field })
      return true
    },
  }
}

/**
 * The field of `fields` that the API refuses by its name, null for any other error:
 * `(#100) relevance_score is not valid for fields param. …`. The text alone names the field.
 */
export function refusedField(error: unknown, fields: readonly string[]): string | null {
  if (!isGraphError(error, 'request') || error.code !== 100) return null
  const field = /\(#100\) (\w+) is not valid for fields param/.exec(error.message)?.[1]
  return field !== undefined && fields.includes(field) ? field : null
}

/**
 * True when the API gives no sums with a call: `(#100) Cannot include … in summary param …`. With report runs that
 * passes by itself, so it has been tried again before.
 */
export function isRefusedSummary(error: unknown): boolean {
  return (
    isGraphError(error, 'request', 'transient') && error.code === 100 && /\bsummary\b/.test(error.message)
  )
}

const INVALID_BREAKDOWNS = 1504041

/**
 * True when the API gives no report with these breakdowns, whatever the days:
 * `(#100) Current combination of data breakdown columns (…) is invalid`, `(#100) breakdowns[0] must be one of …`.
 */
export function isRefusedBreakdown(error: unknown): error is GraphError {
  if (!isGraphError(error, 'request')) return false
  return (
    error.subcode === INVALID_BREAKDOWNS || (error.code === 100 && /\(#100\).*breakdown/i.test(error.message))
  )
}
