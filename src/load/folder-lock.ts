import { randomUUID } from 'node:crypto'
import { constants, copyFile, type FileHandle, link, mkdir, open, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseError, errorCode } from './database-error.ts'

/** The process that wants a folder, and how it sees others. */
export interface FolderOwner {
  readonly pid: number
  /** The machine or container, by its name. */
  readonly host: string
  /** When the process began, in any writing: tells it from another one that had or gets its id. */
  readonly startedAt: string
  /** Its command line, for people. */
  readonly command: string
  /** Whether the process of this host that had that id, and began then, still runs. */
  isAlive(pid: number, startedAt: string): boolean
}

/** How often an owner shows that it lives. */
const SIGN_MS = 30_000
/** After what silence an owner on another host is taken for dead: one long statement keeps it from showing itself. */
const SILENCE_MS = 10 * 60_000

/**
 * Makes `owner` the only one who may open `folder`, by the file `<folder>.lock` beside it; a lock that a dead
 * process left is taken over. Whether a process on another host lives is told by the age of its lock, which
 * its owner writes anew every `signMs`. Returns what releases it. Throws DatabaseError `locked`, and touches
 * nothing, when a living process has it.
 */
export async function lockFolder(
  folder: string,
  owner: FolderOwner,
  signMs = SIGN_MS,
): Promise<() => Promise<void>> {
  const lock = `${folder}.lock`
  await mkdir(dirname(folder), { recursive: true })
  const file = await acquire(folder, lock, owner)
  // Through the open file, never by its name: another one's lock may have that by now.
  const signs = setInterval(() => file.write(toText(owner), 0).catch(() => undefined), signMs).unref()
  return async () => {
    clearInterval(signs)
    await giveUp(lock, file, owner)
  }
}

/**
 * Whether the lock still is the owner's: one that was stopped for long, with its machine or container, and so showed
 * no sign of life, may wake to find that another host has taken it over.
 */
export async function hasLock(folder: string, owner: FolderOwner): Promise<boolean> {
  return (await readLock(`${folder}.lock`)).text === toText(owner)
}

async function acquire(folder: string, lock: string, owner: FolderOwner): Promise<FileHandle> {
  return (await createNew(lock, owner)) ?? takeOver(folder, lock, owner)
}

/**
 * Only one process at a time replaces a dead lock, else a second one that saw the same dead lock would remove the
 * first one's new lock. A process that died while it did so is followed in the same way.
 */
async function takeOver(folder: string, lock: string, owner: FolderOwner): Promise<FileHandle> {
  await refuseLiving(folder, lock, owner, null)
  const guard = `${lock}.takeover`
  const guarding = await acquire(folder, guard, owner)
  try {
    // The guard was written just now, by the clock of the disk that wrote the lock.
    await refuseLiving(folder, lock, owner, (await guarding.stat()).mtimeMs)
    await rm(lock, { force: true })
    const file = await createNew(lock, owner)
    // Somebody who saw no lock at all was faster.
    if (file === null) throw inUse(folder, lock, owner, parseHolder((await readLock(lock)).text))
    return file
  } finally {
    await giveUp(guard, guarding, owner)
  }
}

/** Removes the lock unless another one has it by now. */
async function giveUp(lock: string, file: FileHandle, owner: FolderOwner): Promise<void> {
  await file.close()
  if ((await readLock(lock)).text === toText(owner)) await rm(lock, { force: true })
}

/** Throws when the lock's process lives; on another host only when `nowMs`, the time of the disk, is given. */
async function refuseLiving(
  folder: string,
  lock: string,
  owner: FolderOwner,
  nowMs: number | null,
): Promise<void> {
  const { text, writtenMs } = await readLock(lock)
  const holder = parseHolder(text)
  if (holder !== null) {
    const isDead =
      holder.host === owner.host
        ? !owner.isAlive(holder.pid, holder.startedAt)
        : nowMs === null || nowMs - writtenMs > SILENCE_MS
    if (isDead) return
  }
  throw inUse(folder, lock, owner, holder)
}

type Holder = Omit<FolderOwner, 'isAlive'>

function inUse(folder: string, lock: string, owner: FolderOwner, holder: Holder | null): DatabaseError {
  const isElsewhere = holder !== null && holder.host !== owner.host
  const who =
    holder === null
      ? `a process that is just starting (see ${lock})`
      : `process ${holder.pid} (${holder.command})${isElsewhere ? ` on ${holder.host}` : ''}`
  return new DatabaseError(
    'locked',
    `${folder} is in use by ${who}, and an embedded warehouse has one user at a time. ` +
      'Wait until it ends, or set DATABASE_URL to use a PostgreSQL server.' +
      (isElsewhere ? ` If ${holder.host} does not run any more, delete ${lock}.` : ''),
  )
}

function toText({ pid, host, startedAt, command }: Holder): string {
  return `${pid}\n${host}\n${startedAt}\n${command}\n`
}

/** Null while the owner writes it. */
function parseHolder(text: string): Holder | null {
  const [pid, host, startedAt, command, end] = text.split('\n')
  if (host === undefined || startedAt === undefined || command === undefined || end === undefined) return null
  return { pid: Number(pid), host, startedAt, command }
}

/** The lock as it is; empty also when it has just been released. */
async function readLock(lock: string): Promise<{ text: string; writtenMs: number }> {
  try {
    const file = await open(lock)
    try {
      return { text: await file.readFile('utf8'), writtenMs: (await file.stat()).mtimeMs }
    } finally {
      await file.close()
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { text: '', writtenMs: 0 }
    throw error
  }
}

/**
 * Puts a file there that says who owns it, from its first moment on: a process may die at any. Null when there is
 * one already.
 */
async function createNew(path: string, owner: FolderOwner): Promise<FileHandle | null> {
  const draft = `${path}.${randomUUID()}`
  try {
    await writeFile(draft, toText(owner))
    await place(draft, path)
    return await open(path, 'r+')
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return null
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

/** How disks that have no hard links refuse one. */
const NO_LINKS: readonly unknown[] = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP']

/** Fails with EEXIST rather than to replace a file. */
async function place(draft: string, path: string): Promise<void> {
  try {
    await link(draft, path)
  } catch (error) {
    if (!NO_LINKS.includes(errorCode(error))) throw error
    await copyFile(draft, path, constants.COPYFILE_EXCL)
  }
}
