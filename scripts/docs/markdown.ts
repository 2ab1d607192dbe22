/** One fenced block of a page. */
export interface CodeBlock {
  readonly language: string
  readonly text: string
  /** Where the text begins and ends in the page. */
  readonly start: number
  readonly end: number
}

const FENCE = /^```(\w*)\n([\s\S]*?)^```$/gm

export function codeBlocks(page: string): CodeBlock[] {
  return [...page.matchAll(FENCE)].map((match) => {
    const language = match[1] ?? ''
    const text = match[2] ?? ''
    const start = match.index + '```'.length + language.length + 1
    return { language, text, start, end: start + text.length }
  })
}

/** A table; a bar within a cell would end it. */
export function markdownTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(columns), `|${columns.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')
}

export function code(text: string): string {
  return `\`${text}\``
}
