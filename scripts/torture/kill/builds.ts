import type { Session } from '../../../src/load/session.ts'
import { FACT_TABLE_NAMES, type FactTableName } from '../../../src/model/fact.ts'

/** A table in which facts wait to become a partition. */
export interface Build {
  readonly name: string
  readonly of: FactTableName
}

export async function readBuilds(session: Session, schema: string): Promise<Build[]> {
  const rows = await session.query(
    `SELECT relname AS name FROM pg_class
      WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND relkind = 'r' ORDER BY relname`,
    [schema],
  )
  return rows.flatMap(({ name }) => toBuild(String(name)) ?? [])
}

function toBuild(name: string): Build | null {
  const of = FACT_TABLE_NAMES.find((table) => name.startsWith(`${table}_`))
  return of !== undefined && /^_\d{6}_build$/.test(name.slice(of.length)) ? { name, of } : null
}

/** Whether an object is a build, or belongs to one. */
export function isOfBuild(text: string): boolean {
  return FACT_TABLE_NAMES.some((table) => new RegExp(`^\\w+ ${table}_\\d{6}_build\\b`).test(text))
}
