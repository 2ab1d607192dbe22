/**
 * The thread of the embedded database: what PostgreSQL computes keeps nobody from fetching. `workerData` is the folder
 * of its data; null keeps everything in memory. Answers each request, in order.
 */
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'
import type { PgliteAnswer, PgliteRequest } from './pglite-requests.ts'
import type { Table } from './session.ts'
import { VALUE_PARSERS } from './value-parsers.ts'

const NOTHING: Table = { columns: [], rows: [] }

const starting = start(workerData)
starting.catch(() => undefined)

let answered: Promise<unknown> = starting.catch(() => undefined)
parentPort?.on('message', (request: PgliteRequest) => {
  answered = answered.then(async () => parentPort?.postMessage(await answer(request)))
})

async function start(folder: string | null): Promise<PGlite> {
  if (folder === null) return PGlite.create({ parsers: VALUE_PARSERS })
  if (!existsSync(join(folder, 'PG_VERSION'))) await create(folder)
  return PGlite.create({ dataDir: folder, parsers: VALUE_PARSERS })
}

/** Beside its place, and then moved there: what a kill leaves half made would never start. */
async function create(folder: string): Promise<void> {
  const made = `${folder}.new`
  await rm(made, { recursive: true, force: true })
  await mkdir(dirname(folder), { recursive: true })
  try {
    await (await PGlite.create({ dataDir: made })).close()
    await rename(made, folder)
  } catch (error) {
    await rm(made, { recursive: true, force: true })
    throw error
  }
}

async function answer(request: PgliteRequest): Promise<PgliteAnswer> {
  const result = await run(request).then((table) => ({ table }), toFailure)
  const db = await starting.catch(() => null)
  return { result, isInTransaction: db !== null && !db.closed && db.isInTransaction() }
}

async function run(request: PgliteRequest): Promise<Table> {
  const db = await starting
  switch (request.type) {
    case 'start':
      return NOTHING
    case 'close':
      await db.close()
      return NOTHING
    case 'execute': {
      const { fields, rows } = await db.query<unknown[]>(request.sql, [...request.params], {
        rowMode: 'array',
      })
      return { columns: fields.map((field) => field.name), rows }
    }
    case 'copy':
      await db.query(`COPY ${request.target} FROM '/dev/blob'`, [], { blob: new Blob([...request.chunks]) })
      return NOTHING
  }
}

function toFailure(thrown: unknown) {
  const error = thrown instanceof Error ? thrown : toError(thrown)
  const isPlain = ([, value]: [string, unknown]) => typeof value === 'string' || typeof value === 'number'
  return { error, fields: Object.fromEntries(Object.entries(error).filter(isPlain)) }
}

/** Numbers that WASI gives to what a disk refuses, github.com/WebAssembly/WASI, preview1, as Node names them. */
const DISK_ERRORS: Readonly<Record<number, readonly [code: string, text: string]>> = {
  2: ['EACCES', 'permission denied'],
  19: ['EDQUOT', 'the disk quota is used up'],
  29: ['EIO', 'the disk cannot be read or written'],
  51: ['ENOSPC', 'no space left on device'],
  69: ['EROFS', 'the disk can only be read'],
}

/** The file system of the compiled PostgreSQL throws objects with a number and no text. */
function toError(thrown: unknown): Error {
  const errno =
    typeof thrown === 'object' && thrown !== null && 'errno' in thrown ? Number(thrown.errno) : null
  if (errno === null) return new Error(String(thrown))
  const [code, text] = DISK_ERRORS[errno] ?? [null, `its file system says error ${errno}`]
  return Object.assign(new Error(text), code !== null && { code })
}
