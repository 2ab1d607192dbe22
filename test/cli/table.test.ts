import fc from 'fast-check'
import { expect, it } from 'vitest'
import { columnsOf, shorten } from '../../src/cli/render/cells.ts'
import { table, tableWithin } from '../../src/cli/render/table.ts'

const COLUMNS = ['account', 'name', 'rows']
const ROWS = [['act_1', '東京 Running "Store"', '39510']]

it('a table leaves out what can be spared, as much as its terminal is too narrow, and nothing without one', () => {
  const heads = [null, 40, 30, 20, 5].map((width) =>
    tableWithin(width, COLUMNS, ROWS, ['name', 'rows']).split('\n')[0]?.split(/ +/),
  )
  const without = [COLUMNS, COLUMNS, ['account', 'rows'], ['account', 'rows'], ['account']]
  expect(heads).toEqual(without)
  expect(tableWithin(null, COLUMNS, ROWS, ['name'])).toBe(table(COLUMNS, ROWS))
})

it('a text is shortened to the columns that it may take, and left alone where it fits', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(30), (text, columns) => {
      const short = shorten(text, columns)
      expect(columnsOf(short)).toBeLessThanOrEqual(columns)
      if (columnsOf(text) <= columns) expect(short).toBe(text)
      else if (columns > 0) expect(text.startsWith(short.slice(0, -1))).toBe(true)
    }),
  )
})
