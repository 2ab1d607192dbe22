import { codeBlocks } from './markdown.ts'

/** A statement of the page, and where its output stands: the block of text that follows it. */
export interface QueryExample {
  readonly sql: string
  readonly output: { readonly start: number; readonly end: number }
}

/** The statements of a page that have an output. Throws RangeError for one that has none. */
export function queryExamples(page: string): QueryExample[] {
  const blocks = codeBlocks(page)
  return blocks.flatMap((block, index) => {
    if (block.language !== 'sql') return []
    const output = blocks[index + 1]
    if (output?.language !== 'text') throw new RangeError(`no output follows ${block.text}`)
    return [{ sql: block.text, output }]
  })
}

/** The page with `outputs`, one for each of its statements. */
export function withOutputs(page: string, outputs: readonly string[]): string {
  return queryExamples(page).reduceRight(
    (text, { output }, index) => `${text.slice(0, output.start)}${outputs[index]}\n${text.slice(output.end)}`,
    page,
  )
}
