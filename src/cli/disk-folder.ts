import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { ArchiveError, type ArchiveFolder } from '../load/archive/archive-folder.ts'
import { errorCode } from '../load/database-error.ts'

/** An archive's folder on this machine's disk; it is made by the first write. */
export function createDiskFolder(location: string): ArchiveFolder {
  const at = (path: string) => join(location, path)
  const doing = async <T>(what: string, path: string, body: () => Promise<T>): Promise<T> => {
    try {
      return await body()
    } catch (error) {
      throw toArchiveError(error, what, at(path))
    }
  }
  return {
    location,
    exists: (path) =>
      access(at(path)).then(
        () => true,
        () => false,
      ),
    read: (path) => doing('read', path, () => readFile(at(path))),
    write: (path, bytes) =>
      doing('written', path, async () => {
        await mkdir(dirname(at(path)), { recursive: true })
        const file = await open(at(path), 'w')
        try {
          await file.writeFile(bytes)
          await file.sync()
        } finally {
          await file.close()
        }
        // A file is on the disk when the folders that name it are.
        for (
          let folder = dirname(at(path));
          !relative(location, folder).startsWith('..');
          folder = dirname(folder)
        )
          await syncFolder(folder)
      }),
    rename: (from, to) =>
      doing('renamed', from, async () => {
        await rename(at(from), at(to))
        await syncFolder(location)
      }),
    remove: (path) => doing('removed', path, () => rm(at(path), { recursive: true, force: true })),
  }
}

/** Some systems cannot: there the name is written when they see fit. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'Make room there',
  EDQUOT: 'Make room there',
  EACCES: 'Give the user of this process the right to, or set another archiveFolder',
  EPERM: 'Give the user of this process the right to, or set another archiveFolder',
  ENOTDIR: 'Set archiveFolder to a folder',
  EROFS: 'Set another archiveFolder',
}

function toArchiveError(error: unknown, what: string, path: string): ArchiveError {
  const remedy = REMEDIES[errorCode(error) ?? ''] ?? 'See what is wrong with it'
  const message = error instanceof Error ? error.message : String(error)
  return new ArchiveError(
    `${path} cannot be ${what}: ${message}. The warehouse keeps the month. ${remedy}, and run the same command again.`,
    { cause: error },
  )
}
