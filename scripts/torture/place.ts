import { existsSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPglite } from '../../src/load/pglite.ts'
import { openPostgres } from '../../src/load/postgres.ts'
import type { Session } from '../../src/load/session.ts'
import { queueSchema } from '../../src/worker/queue.ts'

/** Where one warehouse is, for a process that fills it and for who looks at it meanwhile. */
export interface Place {
  /** Of the process. */
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  /** What `body` sees is one moment. Null when nothing is there yet. */
  look<T>(body: (session: Session, schema: string) => Promise<T>): Promise<T | null>
  remove(): Promise<void>
}

export type OpenPlace = () => Promise<Place>

/** Lends a place to `body`; what is there goes afterwards. */
export async function withPlace<T>(open: OpenPlace, body: (place: Place) => Promise<T>): Promise<T> {
  const place = await open()
  try {
    return await body(place)
  } finally {
    await place.remove()
  }
}

/** A schema of its own on a server, with its queue. */
export async function createServedPlace(databaseUrl: string, schema: string): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'fbads-torture-'))
  const warehouse = await openPostgres({
    connectionString: databaseUrl,
    schema,
    maxConnections: 1,
    applicationName: schema,
  })
  return {
    folder,
    environment: { DATABASE_URL: databaseUrl, FBADS_SCHEMA: schema },
    look: (body) =>
      warehouse.use((session) =>
        session.transaction(async () => {
          await session.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY')
          return body(session, schema)
        }),
      ),
    async remove() {
      for (const each of [schema, queueSchema(schema)])
        await warehouse.use((session) => session.query(`DROP SCHEMA IF EXISTS "${each}" CASCADE`))
      await warehouse.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** An embedded warehouse in a folder of its own. A copy is looked at, so that the next process finds what was left. */
export async function createEmbeddedPlace(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'fbads-torture-'))
  const data = join(folder, '.fbads', 'warehouse')
  const schema = 'facebook_ads'
  return {
    folder,
    environment: {},
    async look(body) {
      if (!existsSync(data)) return null
      const copy = join(folder, 'copy')
      await cp(data, copy, { recursive: true })
      const warehouse = await openPglite({ folder: copy, schema })
      try {
        return await warehouse.use((session) => body(session, schema))
      } finally {
        await warehouse.close()
        await rm(copy, { recursive: true })
      }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
