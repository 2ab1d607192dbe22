import { type Decimal, toAmount, toCount } from '../model/decimal.ts'
import type { InsightRecord } from '../model/insight-record.ts'
import { type ObjectId, toObjectId } from '../model/object-id.ts'
import { MAX_MEMBER_LENGTH } from '../model/record-layout.ts'
import { shown, UnreadableRecord } from './unreadable-record.ts'

/** The API leaves out what it has no data for; null does not occur there, and would mean the same. */
export function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null
}

/** A whole number of the record, null when absent. Throws UnreadableRecord when it is no such number. */
export function readCount(record: InsightRecord, field: string): Decimal | null {
  const value = record[field]
  return isAbsent(value) ? null : (toCount(value) ?? refuse(field, value, 'a whole number'))
}

/** A decimal of the record, not negative, null when absent. Throws UnreadableRecord when it is none. */
export function readAmount(record: InsightRecord, field: string): Decimal | null {
  const value = record[field]
  return isAbsent(value) ? null : (toAmount(value) ?? refuse(field, value, 'a number'))
}

/** An id of the record, null when absent. Throws UnreadableRecord when it is none. */
export function readId(record: InsightRecord, field: string): ObjectId | null {
  const value = record[field]
  return isAbsent(value) ? null : (toObjectId(value) ?? refuse(field, value, 'an id'))
}

/** A text of the record, null when absent or empty. Throws UnreadableRecord when it is none. */
export function readText(record: InsightRecord, field: string): string | null {
  const value = record[field]
  if (isAbsent(value) || value === '') return null
  return typeof value === 'string' ? value : refuse(field, value, 'a text')
}

/** A text that tells rows apart, null when absent or empty. Throws UnreadableRecord when it is none, or is too long. */
export function readMember(record: InsightRecord, field: string): string | null {
  const text = readText(record, field)
  return text !== null && text.length > MAX_MEMBER_LENGTH ? refuse(field, text, 'a short text') : text
}

function refuse(field: string, value: unknown, expected: string): never {
  throw new UnreadableRecord(`${field} is ${shown(value)}, which is not ${expected}`)
}
