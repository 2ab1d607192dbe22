import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'

export const ROOT = resolve(import.meta.dirname, '../..')

/** Every page of the repository by its path, e.g. `docs/operations.md`. */
export function markdownFiles(): Map<string, string> {
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map((file) =>
    join(ROOT, 'docs', file),
  )
  const top = readdirSync(ROOT).map((file) => join(ROOT, file))
  const files = [...top, ...docs].filter((file) => file.endsWith('.md'))
  return new Map(files.map((file) => [relative(ROOT, file), readFileSync(file, 'utf8')]))
}
