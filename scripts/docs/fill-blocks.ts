/** What stands between `<!-- made: name -->` and `<!-- end -->`, by its name. */
export type Blocks = Readonly<Record<string, string>>

const BLOCK = /(<!-- made: ([\w-]+) -->\n)[\s\S]*?(\n?<!-- end -->)/g

/** The page with its made parts as they ought to be. Throws RangeError on a name that nobody makes. */
export function fillBlocks(page: string, blocks: Blocks): string {
  return page.replace(BLOCK, (_, begin: string, name: string) => {
    const made = blocks[name]
    if (made === undefined) throw new RangeError(`nobody makes "${name}"; known are ${Object.keys(blocks)}`)
    return `${begin}\n${made}\n\n<!-- end -->`
  })
}

export function blockNames(page: string): string[] {
  return [...page.matchAll(BLOCK)].map((match) => match[2] ?? '')
}
