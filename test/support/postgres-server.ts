import type { TestProject } from 'vitest/node'
import { startPostgres } from './start-postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL server for the tests of this run; each test has a schema of its own there. */
    databaseUrl: string
  }
}

/** Starts a real server once for all tests, unless FBADS_TEST_DATABASE_URL names one. */
export default async function providePostgres(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres()
  project.provide('databaseUrl', server.url)
  return server.stop
}
