import { randomUUID } from 'node:crypto'
import { chmod, open, rename, rm } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import { decodeEnv } from '../config.ts'
import { UsageError } from '../usage-error.ts'

/**
 * `text` of a `.env` with `values` set: a line that sets one of them is replaced, every other line stays as it is, and
 * what has no line is added at the end. Null takes a variable out. Throws UsageError when the result would not be
 * read back as it is meant.
 */
export function setVariables(text: string, values: Readonly<Record<string, string | null>>): string {
  const left = new Map(Object.entries(values))
  const lines = splitLines(text).flatMap((line) => {
    const name = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/.exec(line)?.[1]
    if (name === undefined || !Object.hasOwn(values, name)) return [line]
    const value = left.get(name)
    // Of lines that set the same variable the last one counted; now there is one.
    left.delete(name)
    return value === undefined || value === null ? [] : [`${name}=${quote(name, value)}`]
  })
  const added = [...left].flatMap(([name, value]) =>
    value === null ? [] : [`${name}=${quote(name, value)}`],
  )
  const result = `${[...lines, ...added].join('\n')}\n`
  assertReadBack(result, { ...decodeEnv(text), ...values })
  return result
}

/** A quote that stands open in one line may swallow the next: what matters is how the whole is read. */
function assertReadBack(text: string, meant: Readonly<Record<string, string | null | undefined>>): void {
  const expected = Object.fromEntries(Object.entries(meant).filter(([, value]) => value !== null))
  if (isDeepStrictEqual(tryToDecode(text), expected)) return
  throw new UsageError(
    '.env has a quote that is never closed, so nothing can be added to it safely. Close it, and run fbads init again.',
  )
}

function tryToDecode(text: string): unknown {
  try {
    return { ...decodeEnv(text) }
  } catch {
    return null
  }
}

/** A value in quotes may go over several lines: they are one. */
function splitLines(text: string): string[] {
  const found =
    text.match(/(?<![^\n])(?:[^\S\n]*(?:export\s+)?[A-Za-z_]\w*\s*=\s*(["'`])[\s\S]*?\1[^\n]*|[^\n]*)/g) ?? []
  return found.at(-1) === '' ? found.slice(0, -1) : found
}

function quote(name: string, value: string): string {
  const inQuotes = ['"', "'", '`'].map((mark) => `${mark}${value}${mark}`)
  // A quote in a value that stands in none may be taken for the beginning of one.
  const candidates = /["'`]/.test(value) ? inQuotes : [value, ...inQuotes]
  for (const written of candidates)
    if (
      !/[\r\n]/.test(value) &&
      isDeepStrictEqual(tryToDecode(`${name}=${written}\nEND='1'\n`), { [name]: value, END: '1' })
    )
      return written
  throw new UsageError(`${name} cannot be written into .env: it has line breaks, or quotes of every kind.`)
}

/** Writes a file that only its owner can read, in one step: a reader sees the old text or the new. */
export async function writePrivately(path: string, text: string): Promise<void> {
  const beside = `${path}.${randomUUID()}`
  try {
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
  } catch (error) {
    // It holds the token.
    await rm(beside, { force: true })
    throw error
  }
}
