import { words } from '../word-list.ts'
import { invalidParameter } from './graph-failure.ts'
import { type Params, parseJsonParam, requireOneOf } from './params.ts'

/** One condition of the parameter `filtering`. */
export interface Filter {
  readonly field: string
  readonly operator: string
  readonly value: string | readonly string[]
}

const OPERATORS = words(`
  EQUAL NOT_EQUAL GREATER_THAN GREATER_THAN_OR_EQUAL LESS_THAN LESS_THAN_OR_EQUAL IN_RANGE NOT_IN_RANGE
  CONTAIN NOT_CONTAIN CONTAINS_ANY CONTAINS_ALL NOT_CONTAINS_ANY STEM_MATCH IN NOT_IN STARTS_WITH ENDS_WITH
  ANY ALL AFTER BEFORE ON_OR_AFTER ON_OR_BEFORE NONE TOP`)

/** The conditions, all of which must hold. Throws a #100 on anything that is no list of conditions. */
export function parseFiltering(params: Params): Filter[] {
  const list = parseJsonParam(params, 'filtering') ?? []
  if (!Array.isArray(list)) throw invalidParameter('filtering must be an array')
  return list.map((item: unknown, index) => {
    if (typeof item !== 'object' || item === null)
      throw invalidParameter(`filtering[${index}] must be an object`)
    const { field, operator, value } = Object.assign({ field: '', operator: '', value: '' }, item)
    requireOneOf(`filtering[${index}][operator]`, String(operator), OPERATORS)
    const given: unknown = value
    return {
      field: String(field),
      operator: String(operator),
      value: Array.isArray(given) ? given.map(String) : String(given),
    }
  })
}

/** Throws a #100 when the operator does not suit the field. */
export function matchesFilter(filter: Filter, actual: string | number): boolean {
  const list = typeof filter.value === 'string' ? [filter.value] : filter.value
  const text = String(actual)
  const [first = '', second = ''] = list
  const compare = () => Number(actual) - Number(first)
  const isWithin = () => Number(actual) >= Number(first) && Number(actual) <= Number(second)
  switch (filter.operator) {
    case 'EQUAL':
      return text === first
    case 'NOT_EQUAL':
      return text !== first
    case 'IN':
    case 'ANY':
      return list.includes(text)
    case 'NOT_IN':
    case 'NONE':
      return !list.includes(text)
    case 'GREATER_THAN':
    case 'AFTER':
      return compare() > 0
    case 'GREATER_THAN_OR_EQUAL':
    case 'ON_OR_AFTER':
      return compare() >= 0
    case 'LESS_THAN':
    case 'BEFORE':
      return compare() < 0
    case 'LESS_THAN_OR_EQUAL':
    case 'ON_OR_BEFORE':
      return compare() <= 0
    case 'IN_RANGE':
      return isWithin()
    case 'NOT_IN_RANGE':
      return !isWithin()
    case 'CONTAIN':
    case 'CONTAINS_ANY':
      return list.some((part) => text.includes(part))
    case 'CONTAINS_ALL':
      return list.every((part) => text.includes(part))
    case 'NOT_CONTAIN':
    case 'NOT_CONTAINS_ANY':
      return !list.some((part) => text.includes(part))
    case 'STARTS_WITH':
      return text.startsWith(first)
    case 'ENDS_WITH':
      return text.endsWith(first)
    default:
      throw invalidParameter(
        `Filtering field '${filter.field}' with operation '${filter.operator}' is not supported`,
      )
  }
}
