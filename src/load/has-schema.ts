import type { Session } from './session.ts'

/** To be asked before one is made: `CREATE SCHEMA IF NOT EXISTS` demands the right to make schemas also when it is there. */
export async function hasSchema(session: Session, schema: string): Promise<boolean> {
  const [there] = await session.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema])
  return there !== undefined
}
