import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { chown, mkdtemp, open, rm, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isRoot } from './fault.ts'

const FLAGS = ['-t', 'tmpfs']

/** A disk in memory, which only root can make. */
export interface SmallDisk {
  readonly folder: string
  /** Takes all that is left of it, but for so many bytes. */
  fill(leaving?: number): Promise<void>
  /** Gives that back. */
  makeRoom(): Promise<void>
  remove(): Promise<void>
}

/** Why no such disk can be made here; null when it can. Containers do not let their root do so. */
export function noSmallDisk(): string | null {
  if (!isRoot()) return 'only root can make a small disk'
  const folder = mkdtempSync(join(tmpdir(), 'fbads-disk-'))
  try {
    execFileSync('mount', [...FLAGS, 'tmpfs', folder], { stdio: 'pipe' })
    execFileSync('umount', [folder])
    return null
  } catch (error) {
    return error instanceof Error ? error.message.trim() : String(error)
  } finally {
    rmdirSync(folder)
  }
}

export async function createSmallDisk(
  megabytes: number,
  owner: { uid?: number; gid?: number },
): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'fbads-disk-'))
  execFileSync('mount', [...FLAGS, '-o', `size=${megabytes}m`, 'tmpfs', folder])
  if (owner.uid !== undefined && owner.gid !== undefined) await chown(folder, owner.uid, owner.gid)
  const filler = join(folder, 'filler')
  return {
    folder,
    async fill(leaving = 0) {
      const file = await open(filler, 'w')
      // A page at a time, so that none is left.
      const page = Buffer.alloc(4096)
      try {
        for (;;) await file.write(page)
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
      } finally {
        await file.truncate((await file.stat()).size - leaving)
        await file.close()
      }
    },
    makeRoom: () => rm(filler),
    async remove() {
      execFileSync('umount', [folder])
      await rmdir(folder)
    },
  }
}
