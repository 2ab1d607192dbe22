import { access, constants, readdir, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errorCode } from '../../load/database-error.ts'

/** What is asked of a disk. */
export interface Disk {
  /** Whether this process may read and write what is there. */
  canWrite(path: string): Promise<boolean>
  /** Bytes that this process may still write to the disk of `path`. */
  freeBytes(path: string): Promise<number>
}

export const thisDisk: Disk = {
  canWrite: (path) =>
    access(path, constants.R_OK | constants.W_OK).then(
      () => true,
      // Another process may take away what was there a moment ago.
      (error) => errorCode(error) === 'ENOENT',
    ),
  async freeBytes(path) {
    const { bavail, bsize } = await statfs(path)
    return bavail * bsize
  },
}

export interface FolderState {
  /** The first thing in the way of writing; null when there is none. */
  readonly unwritable: string | null
  /** Bytes of the files; 0 of a folder that is not there yet. */
  readonly bytes: number
  readonly freeBytes: number
}

/**
 * Whether the embedded warehouse could be written in `folder`, or made there: the folder and all that is in it, since
 * a sync as another user leaves files that are that user's, and the one around it, for the lock.
 */
export async function inspectFolder(folder: string, disk: Disk = thisDisk): Promise<FolderState> {
  const around = await nearest(dirname(folder))
  const inside = await contentsOf(folder)
  let unwritable: string | null = null
  for (const path of [around, ...inside]) if (!(await disk.canWrite(path))) unwritable ??= path
  const sizes = await Promise.all(inside.map(async (path) => (await statIfThere(path))?.size ?? 0))
  return {
    unwritable,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    freeBytes: await disk.freeBytes(inside[0] ?? around),
  }
}

/** The folder and everything below it; nothing when it is not there. */
async function contentsOf(folder: string): Promise<string[]> {
  if ((await statIfThere(folder)) === null) return []
  const entries = await readdir(folder, { recursive: true }).catch(() => [])
  return [folder, ...entries.map((entry) => join(folder, entry))]
}

/** The path itself, or the first above it that is there. */
async function nearest(path: string): Promise<string> {
  return (await statIfThere(path)) !== null || dirname(path) === path ? path : nearest(dirname(path))
}

async function statIfThere(path: string) {
  return stat(path).catch(() => null)
}
