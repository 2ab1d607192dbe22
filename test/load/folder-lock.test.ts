import { access, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockFolder } from '../../src/load/folder-lock.ts'

let home: string
let folder: string
const living = new Set<number>()

function owner(pid: number) {
  living.add(pid)
  return { pid, command: `fbads sync ${pid}`, isAlive: (other: number) => living.has(other) }
}

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'fbads-lock-'))
  folder = join(home, 'deep', 'warehouse')
})
afterEach(() => rm(home, { recursive: true }))

describe('the lock of a folder', () => {
  it('lets one in, names it to the second, and lets the next in when it is gone', async () => {
    const release = await lockFolder(folder, owner(1))
    await expect(lockFolder(folder, owner(2))).rejects.toMatchObject({
      kind: 'locked',
      message: expect.stringMatching(/process 1 \(fbads sync 1\)/),
    })
    await release()
    await (await lockFolder(folder, owner(2)))()
    expect(await readdir(join(home, 'deep'))).toEqual([])
  })

  it('is taken over from a process that died', async () => {
    await lockFolder(folder, owner(1))
    living.delete(1)
    await lockFolder(folder, owner(2))
    expect(await readFile(`${folder}.lock`, 'utf8')).toBe('2\nfbads sync 2\n')
    await expect(access(`${folder}.lock.takeover`)).rejects.toThrow()
  })

  it('goes to exactly one of many that come at once, a dead lock before them or not', async () => {
    for (const before of ['none', 'dead']) {
      await rm(`${folder}.lock`, { force: true })
      if (before === 'dead') {
        await lockFolder(folder, owner(1))
        living.delete(1)
      }
      const came = await Promise.allSettled(
        [10, 11, 12, 13, 14, 15].map((pid) => lockFolder(folder, owner(pid))),
      )
      expect(came.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
      for (const one of came)
        if (one.status === 'rejected') expect(one.reason).toMatchObject({ kind: 'locked' })
    }
  })

  it('is not taken from a process that has not yet written who it is', async () => {
    await (await lockFolder(folder, owner(1)))()
    await writeFile(`${folder}.lock`, '')
    await expect(lockFolder(folder, owner(2))).rejects.toMatchObject({ kind: 'locked' })
  })
})
