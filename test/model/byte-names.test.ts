import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteNames } from '../../src/model/byte-names.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)

describe('names that are found by their bytes', () => {
  it('have one number and one text each, as they stand in JSON, however many there are', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 6 }), { maxLength: 700 }), (texts) => {
        const names = new ByteNames()
        const numbers = new Map<string, number>()
        for (const text of texts) {
          const json = bytesOf(JSON.stringify(text))
          const number = names.idOf(json, 1, json.length - 1)
          expect(number).toBe(numbers.get(text) ?? numbers.size)
          numbers.set(text, number)
        }
        expect(names.size).toBe(numbers.size)
        for (const [text, number] of numbers) expect(names.textOf(number)).toBe(text)
      }),
      { numRuns: 50 },
    )
  })

  it('keep a byte order mark', () => {
    const names = new ByteNames(['\ufeffspend', 'spend'])
    expect([names.textOf(0), names.textOf(1)]).toEqual(['\ufeffspend', 'spend'])
  })

  it('end where a quotation mark follows all of their bytes', () => {
    const names = new ByteNames(['spend', 'spend_all', ''])
    expect(names.endOf(0, bytesOf('"spend"'), 1)).toBe(6)
    expect(names.endOf(0, bytesOf('"spend_all"'), 1)).toBe(-1)
    expect(names.endOf(1, bytesOf('"spend"'), 1)).toBe(-1)
    expect(names.endOf(0, bytesOf('"spenD"'), 1)).toBe(-1)
    expect(names.endOf(2, bytesOf('""'), 1)).toBe(1)
    expect(names.endOf(0, bytesOf('"spen'), 1)).toBe(-1)
  })

  it('refuse an escape that JSON has not', () => {
    expect(() => new ByteNames().idOf(bytesOf('a\\x'), 0, 3)).toThrow(SyntaxError)
  })
})
