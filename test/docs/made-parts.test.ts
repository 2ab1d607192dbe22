import { expect, it } from 'vitest'
import { blockNames, fillBlocks } from '../../scripts/docs/fill-blocks.ts'
import { type Page, readPages } from '../../scripts/docs/pages.ts'

const pages: readonly Page[] = await readPages()

it.each(pages)('$path is what the code says (node scripts/write-docs.ts)', ({ text, made }) => {
  expect(text).toBe(made)
})

it.each(pages.filter(({ path }) => path.endsWith('.md')))('$path has made parts', ({ text }) => {
  expect(blockNames(text)).not.toEqual([])
})

it('a made part is replaced and the rest of the page stays', () => {
  const page = 'before\n<!-- made: x -->\nold\n<!-- end -->\nafter'
  expect(fillBlocks(page, { x: 'new' })).toBe('before\n<!-- made: x -->\n\nnew\n\n<!-- end -->\nafter')
  expect(() => fillBlocks(page, {})).toThrow(RangeError)
})
