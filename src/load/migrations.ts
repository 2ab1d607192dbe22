import { readdir, readFile } from 'node:fs/promises'
import { splitStatements } from './split-statements.ts'

/** One numbered file of `sql/`. */
export interface Migration {
  readonly version: number
  /** The file's name without `.sql`, e.g. `0001_dimensions`. */
  readonly name: string
  readonly statements: readonly string[]
}

/** The package's own folder, from `src/load` and from `dist/load` alike. */
const SQL_FOLDER = new URL('../../sql/', import.meta.url)

/** Every migration that this program knows, in the order of their numbers. */
export async function readMigrations(): Promise<Migration[]> {
  const files = (await readdir(SQL_FOLDER)).filter((file) => /^\d{4}_.*\.sql$/.test(file)).sort()
  return Promise.all(
    files.map(async (file) => ({
      version: Number(file.slice(0, 4)),
      name: file.slice(0, -'.sql'.length),
      statements: splitStatements(await readFile(new URL(file, SQL_FOLDER), 'utf8')),
    })),
  )
}
