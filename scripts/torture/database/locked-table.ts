import type { Row } from '../../../src/load/session.ts'
import { SCHEMA, type ServedStage } from './served-stage.ts'
import { until } from './until.ts'

/** A table in which others can read but not write, so that who loads is held up in the midst of it. */
export interface LockedTable {
  /** One statement of the session that has it locked. */
  ask(sql: string, params?: readonly unknown[]): Promise<Row[]>
  /** Resolves when somebody waits for it. */
  isAwaited(): Promise<void>
  release(): Promise<void>
}

export async function lockTable({ admin, sql }: ServedStage, table: string): Promise<LockedTable> {
  const lease = await admin.lease()
  const ask = (text: string, params?: readonly unknown[]) =>
    lease.use((session) => session.query(text, params))
  await ask('BEGIN')
  await ask(`LOCK TABLE ${SCHEMA}.${table} IN EXCLUSIVE MODE`)
  return {
    ask,
    isAwaited: () =>
      until(async () => {
        const waiting = await sql(
          `SELECT pid FROM pg_locks WHERE NOT granted AND relation = '${SCHEMA}.${table}'::regclass`,
        )
        return waiting.length > 0
      }),
    async release() {
      // A connection that is broken has released it.
      await ask('ROLLBACK').catch(() => undefined)
      await lease.release()
    },
  }
}
