import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { inject, onTestFinished } from 'vitest'
import type { Variables } from '../../src/cli/config.ts'
import { createOutput } from '../../src/cli/output.ts'
import { run } from '../../src/cli/run.ts'
import type { Fetch } from '../../src/extract/fetch.ts'
import { openPostgres } from '../../src/load/postgres.ts'
import type { Warehouse } from '../../src/load/session.ts'
import type { Clock } from '../../src/model/clock.ts'
import { SECRET, TOKEN, unaborted } from '../extract/support/test-api.ts'
import { newSchema, serverOptions } from './warehouses.ts'

/** How a command ended, and what it said. */
interface Ended {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** `fbads` in a folder of its own, in this process. */
export interface CommandLine {
  readonly folder: string
  run(...args: readonly string[]): Promise<Ended>
  runUntil(signal: AbortSignal, ...args: readonly string[]): Promise<Ended>
}

interface CommandLineOptions {
  readonly fetch: Fetch
  readonly clock: Clock
  /** Laid over a token, its app's secret and all accounts; undefined takes one away. */
  readonly environment?: Variables
  /** What is piped into each command. */
  readonly stdin?: string
  /** Which other processes live; none when absent. */
  readonly isAlive?: (pid: number) => boolean
}

/** `fbads` with the embedded warehouse, unless the environment names a server. The folder goes with the test. */
export async function createCommandLine(options: CommandLineOptions): Promise<CommandLine> {
  const { fetch, clock, stdin = '', isAlive = () => false } = options
  const folder = await mkdtemp(join(tmpdir(), 'fbads-cli-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const environment = {
    FACEBOOK_ACCESS_TOKEN: TOKEN,
    FACEBOOK_APP_SECRET: SECRET,
    FACEBOOK_AD_ACCOUNT_ID: 'all',
    ...options.environment,
  }
  const runUntil = async (signal: AbortSignal, ...args: readonly string[]): Promise<Ended> => {
    const stdout = createSink()
    const stderr = createSink()
    const { pid } = globalThis.process
    const process = { pid, host: 'here', startedAt: 'now', command: 'fbads test', isAlive }
    const context = {
      folder,
      environment,
      clock,
      fetch,
      signal,
      process,
      stdin: () => Readable.from([stdin]),
    }
    const status = await run(args, context, '1.2.3', (flags) =>
      createOutput({ ...flags, stdout: stdout.stream, stderr: stderr.stream }),
    )
    return { status, stdout: stdout.text(), stderr: stderr.text() }
  }
  return { folder, runUntil, run: (...args) => runUntil(unaborted(), ...args) }
}

export interface ServedCommandLine extends CommandLine {
  /** The same warehouse, past the command line. */
  readonly warehouse: Warehouse
}

/** `fbads` with a schema of its own on the server; it goes with the test. */
export async function createServedCommandLine(options: CommandLineOptions): Promise<ServedCommandLine> {
  const schema = newSchema()
  const warehouse = await openPostgres(serverOptions(schema))
  onTestFinished(async () => {
    await warehouse.use((session) => session.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`))
    await warehouse.close()
  })
  const environment = { DATABASE_URL: inject('databaseUrl'), FBADS_SCHEMA: schema, ...options.environment }
  return { ...(await createCommandLine({ ...options, environment })), warehouse }
}

function createSink(): { stream: Writable; text: () => string } {
  const chunks: string[] = []
  const stream = new Writable({
    write(chunk, _, done) {
      chunks.push(String(chunk))
      done()
    },
  })
  return { stream, text: () => chunks.join('') }
}
