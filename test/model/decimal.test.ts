import { Big } from 'big.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toAmount, toCount, toDecimal } from '../../src/model/decimal.ts'

describe('toDecimal', () => {
  it('keeps every digit, however the number is written', () => {
    const digits = fc.stringMatching(/^\d{1,12}$/)
    const exponent = fc.integer({ min: -12, max: 12 })
    fc.assert(
      fc.property(digits, fc.option(digits), exponent, fc.boolean(), (whole, fraction, power, isNegative) => {
        const source = `${isNegative ? '-' : ''}${whole}${fraction === null ? '' : `.${fraction}`}e${power}`
        const decimal = toDecimal(source)
        expect(decimal).toMatch(/^-?\d+(\.\d+)?$/)
        expect(new Big(decimal ?? 'none').eq(source)).toBe(true)
      }),
    )
  })

  it.each([
    ['12345678901234567890e0', '12345678901234567890'],
    ['1.00000000000000000001e2', '100.000000000000000001'],
    ['1e-25', '0.0000000000000000000000001'],
    [1.2345678901234566e-7, '0.00000012345678901234566'],
    [1e21, '1000000000000000000000'],
  ])('loses no digit of %s', (value, expected) => {
    expect(toDecimal(value)).toBe(expected)
  })

  it.each([
    ...['0x1e', '0b1', '1e', 'e1', ' 1e3 ', ' 12', '12\n', '1,5', '1 000', '.5', '5.', '+5', '--5', '١٢', ''],
    ...['NaN', 'Infinity', '1e400', '1e-400', '7'.repeat(41)],
    ...[Number.NaN, Number.POSITIVE_INFINITY, 1e300, 5e-324, true, null, [], ['5'], {}],
  ])('makes nothing up of %j', (value) => {
    expect(toDecimal(value)).toBeNull()
  })
})

describe('toAmount', () => {
  it('is never negative', () => {
    expect(['5.50', '0', '-0', '-0.00', '-0.01', -5, '-1e3'].map(toAmount)).toEqual([
      ...['5.50', '0', '-0', '-0.00'],
      ...[null, null, null],
    ])
  })
})

describe('toCount', () => {
  it('is at most a million millions, so that any sum of counts is a bigint', () => {
    expect(
      ['1000000000000', '1000000000001', '9223372036854775807', '-1', '1.0', '1e3'].map(toCount),
    ).toEqual(['1000000000000', ...[null, null, null, null, null]])
  })
})
