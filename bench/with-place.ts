import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '../src/load/migrate.ts'
import { openPostgres } from '../src/load/postgres.ts'
import type { Warehouse } from '../src/load/session.ts'
import { startPostgres } from '../test/support/start-postgres.ts'
import { type Answers, type ServedWorld, serveAnswers } from './answers.ts'

/** Where and how a scenario is measured. */
export interface BenchOptions {
  readonly repeats: number
  /** A server's address; one is started for each scenario when null. */
  readonly database: string | null
  readonly psql: string
  /** Prints a line for people. */
  tell(line: string): void
}

/** What a scenario needs besides: an API that serves its world, and a database. */
export interface BenchPlace {
  readonly answers: Answers
  readonly database: string
  readonly folder: string
}

export async function withPlace<T>(
  { database }: BenchOptions,
  world: ServedWorld,
  body: (place: BenchPlace) => Promise<T>,
): Promise<T> {
  const server = database === null ? await startPostgres() : null
  const folder = await mkdtemp(join(tmpdir(), 'fbads-bench-'))
  const answers = await serveAnswers(world)
  try {
    return await body({ answers, database: database ?? server?.url ?? '', folder })
  } finally {
    await answers.stop()
    await rm(folder, { recursive: true, force: true })
    await server?.stop()
  }
}

/** An empty warehouse of the schema, or none. */
export async function makeSchema(database: string, schema: string): Promise<void> {
  await useSchema(database, schema, migrate)
}

export async function dropSchema(database: string, schema: string): Promise<void> {
  await useSchema(database, schema, (warehouse) =>
    warehouse.use((session) => session.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)),
  )
}

export async function useSchema<T>(
  database: string,
  schema: string,
  body: (warehouse: Warehouse) => Promise<T>,
): Promise<T> {
  const warehouse = await openPostgres({
    connectionString: database,
    schema,
    maxConnections: 2,
    applicationName: 'fbads bench',
  })
  try {
    return await body(warehouse)
  } finally {
    await warehouse.close()
  }
}
