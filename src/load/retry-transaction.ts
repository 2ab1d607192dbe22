import { errorCode } from './database-error.ts'
import type { Session } from './session.ts'

const ATTEMPTS = 5

/** serialization_failure and deadlock_detected: the server ended one of two that stood in each other's way. */
const RETRIED = new Set(['40001', '40P01'])

/**
 * `session.transaction`, begun again when the server gave it up in favour of another one. `body` must be able to
 * run more than once. No pause between: the one that was in the way has gone on.
 */
export async function retryTransaction<T>(session: Session, body: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await session.transaction(body)
    } catch (error) {
      if (attempt === ATTEMPTS || !RETRIED.has(errorCode(error) ?? '')) throw error
    }
  }
}
