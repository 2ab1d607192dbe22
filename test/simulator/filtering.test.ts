import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Filter, matchesFilter, parseFiltering } from '../../src/simulator/graph/filtering.ts'
import { GraphFailure } from '../../src/simulator/graph/graph-failure.ts'

const matches = (operator: string, value: Filter['value'], actual: string | number) =>
  matchesFilter({ field: 'f', operator, value }, actual)

describe('a filter', () => {
  it('and its opposite never agree', () => {
    const pairs = [
      ['EQUAL', 'NOT_EQUAL'],
      ['IN', 'NOT_IN'],
      ['GREATER_THAN', 'LESS_THAN_OR_EQUAL'],
      ['LESS_THAN', 'GREATER_THAN_OR_EQUAL'],
      ['IN_RANGE', 'NOT_IN_RANGE'],
      ['CONTAINS_ANY', 'NOT_CONTAINS_ANY'],
    ] as const
    const numbers = fc.integer({ min: -20, max: 20 })
    fc.assert(
      fc.property(fc.constantFrom(...pairs), numbers, numbers, numbers, ([one, other], a, b, actual) => {
        const value = [String(a), String(b)]
        expect(matches(one, value, actual)).toBe(!matches(other, value, actual))
      }),
    )
  })

  it.each([
    ['GREATER_THAN', '9', '10'],
    ['ON_OR_AFTER', '10', '10'],
    ['IN_RANGE', ['1', '10'], '10'],
    ['CONTAIN', 'Shoe', 'Running Shoes'],
    ['CONTAINS_ALL', ['Run', 'Shoe'], 'Running Shoes'],
    ['STARTS_WITH', 'Run', 'Running Shoes'],
    ['ENDS_WITH', 'Shoes', 'Running Shoes'],
    ['ANY', ['a', 'b'], 'b'],
    ['NONE', ['a', 'b'], 'c'],
  ] as const)('%s %s lets %s through', (operator, value, actual) => {
    expect(matches(operator, value, actual)).toBe(true)
  })

  it('compares ids as text, digit by digit', () => {
    expect(matches('IN', ['120213328950940104'], '120213328950940105')).toBe(false)
    const [filter] = parseFiltering({
      filtering: '[{"field":"ad.id","operator":"IN","value":["120213328950940105"]}]',
    })
    expect(filter && matchesFilter(filter, '120213328950940105')).toBe(true)
  })

  it('is refused when its operator does not suit, or when it is no condition', () => {
    expect(() => matches('TOP', '3', 5)).toThrow(GraphFailure)
    expect(() => parseFiltering({ filtering: '{}' })).toThrow(GraphFailure)
    expect(() => parseFiltering({ filtering: '[1]' })).toThrow(GraphFailure)
  })
})
