import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseError, errorCode } from './database-error.ts'

/** The process that wants a folder, and how it sees others. */
export interface FolderOwner {
  readonly pid: number
  /** Its command line, for people. */
  readonly command: string
  /** Whether another process of this machine has that id now. */
  isAlive(pid: number): boolean
}

/**
 * Makes `owner` the only one who may open `folder`, by the file `<folder>.lock` beside it; a lock that a dead
 * process left is taken over. Returns what releases it. Throws DatabaseError `locked`, and touches nothing,
 * when a living process has it.
 */
export async function lockFolder(folder: string, owner: FolderOwner): Promise<() => Promise<void>> {
  const lock = `${folder}.lock`
  await mkdir(dirname(folder), { recursive: true })
  if (!(await createNew(lock, owner))) await takeOver(folder, lock, owner)
  return () => rm(lock, { force: true })
}

/**
 * Only one process at a time looks at a dead lock and replaces it, else a second one that saw the same dead lock
 * would remove the first one's new lock.
 */
async function takeOver(folder: string, lock: string, owner: FolderOwner): Promise<void> {
  await refuseLiving(folder, lock, owner)
  const guard = `${lock}.takeover`
  if (!(await createNew(guard, owner)))
    throw new DatabaseError(
      'locked',
      `${folder} is being taken over by another fbads. Try again; if none runs, delete ${guard}.`,
    )
  try {
    await refuseLiving(folder, lock, owner)
    await rm(lock, { force: true })
    // Somebody who saw no lock at all may have been faster; then there is a living one again.
    if (!(await createNew(lock, owner))) await refuseLiving(folder, lock, { ...owner, isAlive: () => true })
  } finally {
    await rm(guard, { force: true })
  }
}

async function refuseLiving(folder: string, lock: string, owner: FolderOwner): Promise<void> {
  const [pid = '', command = ''] = (await readLock(lock)).split('\n')
  if (pid !== '' && !owner.isAlive(Number(pid))) return
  const holder = pid === '' ? `a process that is just starting (see ${lock})` : `process ${pid} (${command})`
  throw new DatabaseError(
    'locked',
    `${folder} is in use by ${holder}, and an embedded warehouse has one user at a time. ` +
      'Wait until it ends, or set DATABASE_URL to use a PostgreSQL server.',
  )
}

/** The lock's text; empty while its owner writes it, or when it has just been released. */
async function readLock(lock: string): Promise<string> {
  try {
    return await readFile(lock, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return ''
    throw error
  }
}

/** Writes who owns it into a file of its own making; false when the file is there already. */
async function createNew(path: string, owner: FolderOwner): Promise<boolean> {
  try {
    await writeFile(path, `${owner.pid}\n${owner.command}\n`, { flag: 'wx' })
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
}
