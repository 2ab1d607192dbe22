import { chmod, open, rename, rm } from 'node:fs/promises'
import { parseEnv } from 'node:util'
import { UsageError } from '../usage-error.ts'

/**
 * `text` of a `.env` with `values` set: a line that sets one of them is replaced, every other line stays as it is, and
 * what has no line is added at the end. Null takes a variable out. Throws UsageError for a value that cannot be
 * written so that it is read back as it is.
 */
export function setVariables(text: string, values: Readonly<Record<string, string | null>>): string {
  const left = new Map(Object.entries(values))
  const lines = splitLines(text).flatMap((line) => {
    const name = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/.exec(line)?.[1]
    if (name === undefined || !(name in values)) return [line]
    const value = left.get(name)
    // Of lines that set the same variable the last one counted; now there is one.
    left.delete(name)
    return value === undefined || value === null ? [] : [`${name}=${quote(name, value)}`]
  })
  const added = [...left].flatMap(([name, value]) =>
    value === null ? [] : [`${name}=${quote(name, value)}`],
  )
  return `${[...lines, ...added].join('\n')}\n`
}

/** A value in quotes may go over several lines: they are one. */
function splitLines(text: string): string[] {
  const found = text.match(/^\s*(?:export\s+)?[A-Za-z_]\w*\s*=\s*(["'`])[\s\S]*?\1[^\n]*|^.*$/gm) ?? []
  return found.at(-1) === '' ? found.slice(0, -1) : found
}

function quote(name: string, value: string): string {
  for (const written of [value, `"${value}"`, `'${value}'`, `\`${value}\``])
    if (parseEnv(`${name}=${written}\nEND=1`)[name] === value && !/[\r\n]/.test(value)) return written
  throw new UsageError(`${name} cannot be written into .env: it has line breaks, or quotes of every kind.`)
}

/** Writes a file that only its owner can read, in one step: a reader sees the old text or the new. */
export async function writePrivately(path: string, text: string): Promise<void> {
  const beside = `${path}.new`
  await rm(beside, { force: true })
  const file = await open(beside, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  // What the umask took away is given back, and no more.
  await chmod(beside, 0o600)
  await rename(beside, path)
}
