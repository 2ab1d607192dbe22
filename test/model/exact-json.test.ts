import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isJsonObject, parseExactJson } from '../../src/model/exact-json.ts'

describe('parseExactJson', () => {
  it('loses no digit of any whole number', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (n) => {
        expect(String((parseExactJson(`{"id":${n}}`) as { id: unknown }).id)).toBe(String(n))
        expect(String((parseExactJson(`[1, ${n}]`) as unknown[])[1])).toBe(String(n))
        expect(String(parseExactJson(`${n}`))).toBe(String(n))
      }),
    )
  })

  it('makes text of every whole number with 16 digits and more, also where a double would do', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 10n ** 15n, max: 10n ** 25n }), (n) => {
        expect(parseExactJson(`{"id":${n}}`)).toEqual({ id: String(n) })
      }),
    )
    expect(parseExactJson('[9007199254740994,-1000000000000000]')).toEqual([
      '9007199254740994',
      '-1000000000000000',
    ])
  })

  it('loses no digit of any decimal', () => {
    const decimal = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.stringMatching(/^\d{0,20}[1-9]$/))
    fc.assert(
      fc.property(decimal, ([whole, fraction]) => {
        const source = `${whole}.${fraction}`
        const value = parseExactJson(`{"spend":\n${source}}`) as { spend: unknown }
        // A number is kept only when it has the very same digits.
        if (typeof value.spend === 'number') expect(plain(value.spend)).toBe(source)
        else expect(value.spend).toBe(source)
      }),
    )
  })

  it('is JSON.parse for everything that JavaScript can write', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value)
        const hasLongNumber = /\d{16}/.test(text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""'))
        fc.pre(!hasLongNumber)
        expect(parseExactJson(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  it('is not fooled by digits in a string', () => {
    const text = String.raw`{"name":"sale: 120213328950940104, \"x\":[99999999999999999999]","id":"23853619670350398","n":12}`
    expect(parseExactJson(text)).toEqual(JSON.parse(text))
    const both = String.raw`{"name":"a\",1:12345678901234567890","id":12345678901234567890}`
    expect(parseExactJson(both)).toEqual({ name: 'a",1:12345678901234567890', id: '12345678901234567890' })
  })

  it('keeps what a double holds as a number and the rest as text', () => {
    const text = '[1.50, 1e3, -0.0, 1e400, 1e-400, 0.1, 9007199254740993, 123456789012345]'
    expect(parseExactJson(text)).toEqual([
      1.5,
      1000,
      -0,
      '1e400',
      '1e-400',
      0.1,
      '9007199254740993',
      123456789012345,
    ])
  })

  it('lets a __proto__ key change no prototype', () => {
    const value = parseExactJson('{"__proto__":{"admin":true},"id":12345678901234567890}')
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(Object.hasOwn(value as object, 'admin')).toBe(false)
    expect((value as { admin?: boolean }).admin).toBeUndefined()
  })

  it('reads numbers of a million digits, as they were sent', () => {
    const zeros = '0'.repeat(1_000_000)
    for (const source of [`0.1${zeros}1`, `1${zeros}1`, `1${zeros}.5e3`, `0.${zeros}`]) {
      expect(parseExactJson(`[${source}]`)).toEqual([source])
    }
  })

  it('refuses what is nested more than a hundred deep, with long numbers and without', () => {
    const nested = (depth: number, inner = '') => `${'['.repeat(depth)}${inner}${']'.repeat(depth)}`
    expect(() => parseExactJson(nested(100))).not.toThrow()
    expect(() => parseExactJson(nested(100, '12345678901234567890'))).not.toThrow()
    for (const depth of [102, 100_000]) {
      expect(() => parseExactJson(nested(depth))).toThrow(RangeError)
      expect(() => parseExactJson(nested(depth, '12345678901234567890'))).toThrow(RangeError)
      expect(() => parseExactJson(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`)).toThrow(RangeError)
    }
  })

  it('throws on a text that was cut', () => {
    expect(() => parseExactJson('{"id":12345678901234567890')).toThrow(SyntaxError)
    expect(() => parseExactJson('{"data":[')).toThrow(SyntaxError)
  })
})

describe('isJsonObject', () => {
  it('knows an object from a list and from null', () => {
    expect([{}, [], null, 'x', 1].map(isJsonObject)).toEqual([true, false, false, false, false])
  })
})

function plain(value: number): string {
  return /e/.test(String(value)) ? value.toFixed(20).replace(/0+$/, '') : String(value)
}
