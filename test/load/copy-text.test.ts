import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toCopyText } from '../../src/load/copy-text.ts'
import { storableJson, storableText } from '../../src/load/storable-text.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

/** Any text, those that need escapes more often than chance would have it. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('\\', '\t', '\n', '\r', '\0', '\ud800', '\udc00', 'N', '.', ' ', 'é') }),
  fc.constantFrom('\\N', '\\.', ''),
)

/** No backslash in keys: JSON.parse of V8 13.6, once it has read a key `\`, may take a line feed as key for it. */
const key = text.map((value) => value.replaceAll('\\', '/'))

describeOnEachWarehouse('COPY text', (open) => {
  it('brings every text and every null through a real COPY', async () => {
    const warehouse = await open()
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.option(text), fc.option(text)), { maxLength: 20 }),
        async (pairs) => {
          const rows = pairs.map(([a, b], i) => [String(i), a, b])
          const read = await warehouse.use(async (session) => {
            await session.query('CREATE TEMP TABLE copied (i integer, a text, b text)')
            await session.copy('copied', ['i', 'a', 'b'], toCopyText(rows))
            const copied = await session.query('SELECT a, b FROM copied ORDER BY i')
            await session.query('DROP TABLE copied')
            return copied
          })
          const kept = (value: string | null) => (value === null ? null : storableText(value))
          expect(read).toEqual(pairs.map(([a, b]) => ({ a: kept(a), b: kept(b) })))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('leaves no copy half done when the server refuses a row', async () => {
    const warehouse = await open()
    const count = await warehouse.use(async (session) => {
      await session.query('CREATE TEMP TABLE numbers (n integer)')
      await expect(session.copy('numbers', ['n'], toCopyText([['1'], ['x'], ['3']]))).rejects.toThrow(/"x"/)
      const [row] = await session.query('SELECT count(*) AS count FROM numbers')
      await session.query('DROP TABLE numbers')
      return row?.count
    })
    expect(count).toBe('0')
  })

  it('brings any JSON into jsonb', async () => {
    const warehouse = await open()
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(key, fc.oneof(text, fc.array(text)), { noNullPrototype: true }),
        async (value) => {
          const [row] = await warehouse.use((session) =>
            session.query('SELECT $1::jsonb AS value', [storableJson(value)]),
          )
          expect(row?.value).toEqual(JSON.parse(storableJson(value)))
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('chunks of COPY text', () => {
  it('are about 64 KiB, whole rows, and none for no rows', () => {
    const row = ['x'.repeat(999), null]
    const chunks = toCopyText(Array.from({ length: 300 }, () => row))
    expect(chunks.length).toBeGreaterThan(3)
    for (const chunk of chunks) {
      expect(chunk.byteLength).toBeLessThan(70_000)
      expect(chunk.at(-1)).toBe(10)
    }
    expect(toCopyText([])).toEqual([])
  })
})
