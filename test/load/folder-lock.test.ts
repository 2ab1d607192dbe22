import { access, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FolderOwner, hasLock, lockFolder } from '../../src/load/folder-lock.ts'

let home: string
let folder: string
const living = new Set<string>()

/** Who began a second time has another `startedAt`. */
function owner(pid: number, host = 'here', startedAt = `noon ${pid}`): FolderOwner {
  living.add(startedAt)
  return {
    pid,
    host,
    startedAt,
    command: `fbads sync ${pid}`,
    isAlive: (_, began) => living.has(began),
  }
}

/** The lock as if its owner had not written it for so long. */
async function age(minutes: number): Promise<void> {
  const then = new Date(Date.now() - minutes * 60_000)
  await utimes(`${folder}.lock`, then, then)
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
    living.delete('noon 1')
    await lockFolder(folder, owner(2))
    expect(await readFile(`${folder}.lock`, 'utf8')).toBe('2\nhere\nnoon 2\nfbads sync 2\n')
    await expect(access(`${folder}.lock.takeover`)).rejects.toThrow()
  })

  it('is taken over from a process that died while it took it over', async () => {
    await lockFolder(folder, owner(1))
    await lockFolder(`${folder}.lock.takeover`, owner(2))
    await rename(`${folder}.lock.takeover.lock`, `${folder}.lock.takeover`)
    await expect(lockFolder(folder, owner(3))).rejects.toMatchObject({ kind: 'locked' })
    living.delete('noon 1')
    await expect(lockFolder(folder, owner(3))).rejects.toMatchObject({
      kind: 'locked',
      message: expect.stringMatching(/process 2 \(fbads sync 2\)/),
    })
    living.delete('noon 2')
    const release = await lockFolder(folder, owner(3))
    expect(await readFile(`${folder}.lock`, 'utf8')).toBe('3\nhere\nnoon 3\nfbads sync 3\n')
    await release()
    expect(await readdir(join(home, 'deep'))).toEqual([])
  })

  it('says whose it is from its first moment on, so that a process may die at any', async () => {
    const seen = new Set<string>()
    let done = false
    const read = async () => {
      while (!done) seen.add(await readFile(`${folder}.lock`, 'utf8').catch(() => 'none'))
    }
    const lock = async () => {
      for (let i = 0; i < 200; i += 1) await (await lockFolder(folder, owner(1)))()
      done = true
    }
    await Promise.all([lock(), read()])
    expect([...seen].sort()).toEqual(['1\nhere\nnoon 1\nfbads sync 1\n', 'none'])
  })

  it('goes to exactly one of many that come at once, a dead lock before them or not', async () => {
    for (const before of ['none', 'dead']) {
      await rm(`${folder}.lock`, { force: true })
      if (before === 'dead') {
        await lockFolder(folder, owner(1))
        living.delete('noon 1')
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

  it('is taken over from a process whose id another one has got since', async () => {
    await lockFolder(folder, owner(1, 'here', 'monday'))
    living.delete('monday')
    await (await lockFolder(folder, owner(1, 'here', 'tuesday')))()
  })

  it('is not taken from a process of the same id in another container, which is named with what to do', async () => {
    await lockFolder(folder, owner(1, 'there', 'noon 1'))
    living.delete('noon 1')
    await age(9)
    const refused = expect(lockFolder(folder, owner(1, 'here'))).rejects
    await refused.toMatchObject({
      kind: 'locked',
      message: expect.stringMatching(
        /process 1 \(fbads sync 1\) on there.*If there does not run any more, delete .*warehouse\.lock/,
      ),
    })
    expect(await readdir(join(home, 'deep'))).toEqual(['warehouse.lock'])
  })

  it('is taken over from another host that has been silent for ten minutes', async () => {
    const late = await lockFolder(folder, owner(1, 'there'))
    expect(await hasLock(folder, owner(1, 'there'))).toBe(true)
    await age(11)
    const release = await lockFolder(folder, owner(1, 'here'))
    expect(await hasLock(folder, owner(1, 'there'))).toBe(false)
    expect(await hasLock(folder, owner(1, 'here'))).toBe(true)
    await late()
    expect(await readFile(`${folder}.lock`, 'utf8')).toMatch(/^1\nhere\n/)
    await release()
    expect(await readdir(join(home, 'deep'))).toEqual([])
  })

  it('is written again and again while it is held', async () => {
    const release = await lockFolder(folder, owner(1), 5)
    await age(60)
    const old = Date.now() - 30 * 60_000
    while ((await stat(`${folder}.lock`)).mtimeMs < old)
      await new Promise((resolve) => setTimeout(resolve, 5))
    expect(await readFile(`${folder}.lock`, 'utf8')).toBe('1\nhere\nnoon 1\nfbads sync 1\n')
    await release()
  })
})
