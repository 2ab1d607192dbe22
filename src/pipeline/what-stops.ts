import { isGraphError } from '../extract/graph-error.ts'
import { DatabaseError } from '../load/database-error.ts'

/** True when no other call of the same source can succeed either. */
export function stopsSource(reason: unknown): boolean {
  return isGraphError(reason, 'auth', 'deprecated')
}

/** True when no other request of the same account can succeed either: its source is stopped, or the database is gone. */
export function stopsAccount(reason: unknown): boolean {
  return stopsSource(reason) || (reason instanceof DatabaseError && reason.kind !== 'other')
}
