import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { migrate } from '../src/load/migrate.ts'
import { openPglite } from '../src/load/pglite.ts'
import type { Session } from '../src/load/session.ts'
import type { CopyFloor } from './floor.ts'

/** The same in an embedded warehouse in a new folder, its making included; ms. */
export async function measureEmbeddedCopy(floor: CopyFloor, folder: string): Promise<number> {
  const place = await mkdtemp(join(folder, 'copied-'))
  const steps = await floor.steps()
  const started = performance.now()
  const warehouse = await openPglite({ folder: join(place, 'warehouse'), schema: 'facebook_ads' })
  try {
    await migrate(warehouse)
    await warehouse.use(async (session) => {
      for (const step of steps) {
        if ('sql' in step) await session.query(step.sql)
        else await session.copy(step.table, await columnsOf(session, step.table), [await readFile(step.file)])
      }
    })
    return performance.now() - started
  } finally {
    await warehouse.close()
    await rm(place, { recursive: true })
  }
}

async function columnsOf(session: Session, table: string): Promise<string[]> {
  const rows = await session.query(
    `SELECT attname FROM pg_attribute
      WHERE attrelid = '${table}'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
  )
  return rows.map(({ attname }) => String(attname))
}
