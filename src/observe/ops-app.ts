import { Hono, type MiddlewareHandler } from 'hono'
import { DatabaseError, type DatabaseErrorKind } from '../load/database-error.ts'
import type { Metrics } from './metrics.ts'

export interface OpsOptions {
  /** Resolves when work can be done; throws DatabaseError when the warehouse does not answer or is of another schema. */
  readonly ready: () => Promise<void>
  readonly metrics: Pick<Metrics, 'text' | 'contentType'>
  /** Who may see the metrics; null: whoever reaches the port. */
  readonly guard: MiddlewareHandler | null
}

/** The addresses that `createOpsApp` answers. */
export const OPS_PATHS: readonly string[] = ['/healthz', '/readyz', '/metrics']

/** What a probe must answer within, lest it counts as dead itself. */
const READY_MS = 5_000

/** For those who watch the process: whether it lives, whether it can work, and its metrics. */
export function createOpsApp({ ready, metrics, guard }: OpsOptions): Hono {
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    c.header('Cache-Control', 'no-store')
  })
  app.get('/healthz', (c) => c.text('The process lives.\n'))
  app.get('/readyz', async (c) => {
    const problem = await problemOf(ready)
    return problem === null
      ? c.text('The warehouse answers, its schema is current.\n')
      : c.text(`${problem}\n`, 503)
  })
  if (guard !== null) app.use('/metrics', guard)
  app.get('/metrics', async (c) => c.body(await metrics.text(), 200, { 'Content-Type': metrics.contentType }))
  return app
}

/** Why the process is not ready; null when it is. */
async function problemOf(ready: () => Promise<void>): Promise<string | null> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('late')), READY_MS)
  try {
    await Promise.race([ready(), late.promise])
    return null
  } catch (error) {
    return (error instanceof DatabaseError && SENTENCES[error.kind]) || 'The warehouse does not answer.'
  } finally {
    clearTimeout(timer)
  }
}

/** Anybody may ask, so none says where the warehouse is. */
const SENTENCES: Partial<Readonly<Record<DatabaseErrorKind, string>>> = {
  'not-migrated': 'The schema of the warehouse is not current: run fbads migrate.',
  'schema-newer': 'The schema of the warehouse is newer than this program: upgrade it.',
  'schema-changed': 'The schema of the warehouse was changed by hand: fbads doctor says where.',
  authentication: 'The database refuses the login: fbads doctor says more.',
  'no-permission': 'The database does not permit it: fbads doctor says more.',
  'no-connection-left': 'The database has no connection left.',
  locked: 'Another process has the embedded warehouse.',
}
