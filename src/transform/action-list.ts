import { Big } from 'big.js'
import { type Decimal, toAmount, toDecimal } from '../model/decimal.ts'
import { isJsonObject } from '../model/exact-json.ts'
import type { InsightRecord } from '../model/insight-record.ts'
import type { ITEM_NUMBERS } from '../model/record-layout.ts'
import { isAbsent, readMember } from './read-value.ts'
import { shown, UnreadableRecord } from './unreadable-record.ts'

/** One action's numbers: its own count or value, and those of each attribution window; absent ones are 0. */
export type ActionNumbers = Readonly<Record<(typeof ITEM_NUMBERS)[number], Decimal>>

/** By action type, in the order of the API. */
export type ActionList = ReadonlyMap<string, ActionNumbers>

const EMPTY: ActionList = new Map()
const ZERO = '0' as Decimal

/**
 * A field that holds a list of `{action_type, value, [window]: …}`. A type that comes twice is added up. Counts are
 * never negative; values can be, where money is taken back.
 * Throws UnreadableRecord when it is no such list or a number in it is none.
 */
export function readActionList(record: InsightRecord, field: string): ActionList {
  const list = record[field]
  if (isAbsent(list)) return EMPTY
  if (!Array.isArray(list)) throw new UnreadableRecord(`${field} is ${shown(list)}, which is not a list`)
  const actions = new Map<string, ActionNumbers>()
  for (const item of list) {
    const type = isJsonObject(item) ? readMember(item, 'action_type') : null
    if (type === null) {
      throw new UnreadableRecord(`${field} holds ${shown(item)}, which has no action_type`)
    }
    const numbers = readNumbers(item, field, type)
    const before = actions.get(type)
    actions.set(type, before ? sum(before, numbers) : numbers)
  }
  return actions
}

function readNumbers(item: InsightRecord, field: string, type: string): ActionNumbers {
  return {
    value: readNumber(item.value, 'value', field, type),
    '1d_click': readNumber(item['1d_click'], '1d_click', field, type),
    '7d_click': readNumber(item['7d_click'], '7d_click', field, type),
    '1d_view': readNumber(item['1d_view'], '1d_view', field, type),
  }
}

function readNumber(value: unknown, key: string, field: string, type: string): Decimal {
  if (isAbsent(value)) return ZERO
  const number = field === 'action_values' ? toDecimal(value) : toAmount(value)
  if (number !== null) return number
  throw new UnreadableRecord(`${field} of ${type}: ${key} is ${shown(value)}, which is not a number`)
}

function sum(a: ActionNumbers, b: ActionNumbers): ActionNumbers {
  const add = (key: keyof ActionNumbers) => new Big(a[key]).plus(b[key]).toFixed() as Decimal
  return {
    value: add('value'),
    '1d_click': add('1d_click'),
    '7d_click': add('7d_click'),
    '1d_view': add('1d_view'),
  }
}
