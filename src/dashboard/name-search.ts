import { type Sql, sql } from './sql.ts'

const LONGEST = 200

/** What a reader has typed, as far as it can be part of a name. */
export function toSearch(text: string | null): string {
  // PostgreSQL has no way to store the character 0, nor to be asked for it.
  return (text ?? '').replaceAll('\0', '').slice(0, LONGEST).toWellFormed().trim()
}

/** True for rows whose `name` holds what was typed, in whatever case, or whose `id` is it. */
export function matches(search: string, name: Sql, id: Sql): Sql {
  return sql`(${name} ILIKE ${`%${search.replace(/[\\%_]/g, '\\$&')}%`} OR ${id}::text = ${search})`
}
