import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CopyChunks } from '../../src/load/copy-chunks.ts'
import { LineBytes } from '../../src/load/line-bytes.ts'

const arbitraryField = fc.oneof(
  fc.stringMatching(/^[0-9.]{0,20}$/),
  fc.constantFrom('\\N', '', '120213328950940104', '7'.repeat(40_000)),
)
const arbitraryLines = fc.array(fc.array(arbitraryField, { minLength: 1, maxLength: 5 }), { maxLength: 30 })

const textOf = (bytes: readonly Uint8Array[]) => Buffer.concat(bytes).toString('latin1')

function held(lines: readonly (readonly string[])[]): LineBytes {
  const bytes = new LineBytes()
  for (const fields of lines) {
    for (const field of fields) bytes.addField(field)
    bytes.endLine()
  }
  return bytes
}

describe('lines that are held as bytes', () => {
  it('come back as they were, one by one, in a row, and by their fields', () => {
    fc.assert(
      fc.property(arbitraryLines, fc.nat(30), fc.nat(30), (lines, a, b) => {
        const bytes = held(lines)
        const texts = lines.map((fields) => fields.join('\t'))
        const [first, end] = [Math.min(a, b, lines.length), Math.min(Math.max(a, b), lines.length)]
        const some = texts.slice(first, end).map((text) => `${text}\n`)
        expect(bytes.count).toBe(lines.length)
        expect(bytes.length).toBe(texts.reduce((sum, text) => sum + text.length + 1, 0))
        expect(textOf([bytes.lines(first, end)])).toBe(some.join(''))
        for (const [line, fields] of lines.entries()) {
          expect(textOf([bytes.line(line)])).toBe(texts[line])
          expect(fields.map((_, index) => bytes.field(line, index))).toEqual(fields)
        }
        bytes.clear()
        expect([bytes.count, bytes.length]).toEqual([0, 0])
      }),
    )
  })

  it('make chunks for COPY that are cut between lines, of 64 KiB or one line', () => {
    fc.assert(
      fc.property(arbitraryLines, arbitraryField, (lines, more) => {
        const bytes = held(lines)
        const chunks = new CopyChunks()
        for (const line of lines.keys()) chunks.add(bytes.line(line), more)
        const made = chunks.finish()
        expect(textOf(made)).toBe(lines.map((fields) => `${fields.join('\t')}${more}\n`).join(''))
        for (const chunk of made) {
          expect(chunk.at(-1)).toBe(10)
          if (chunk.length > 64 * 1024) expect(chunk.indexOf(10)).toBe(chunk.length - 1)
        }
      }),
    )
  })
})
