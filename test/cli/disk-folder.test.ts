import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { createDiskFolder } from '../../src/cli/disk-folder.ts'

const BYTES = Uint8Array.of(1, 2, 3)

async function setUp() {
  const location = await mkdtemp(join(tmpdir(), 'fbads-folder-'))
  onTestFinished(() => rm(location, { recursive: true, force: true }))
  return { location, folder: createDiskFolder(location) }
}

it('a folder of an archive writes, reads, moves and removes', async () => {
  const { location, folder } = await setUp()
  await folder.write('a/b/c', BYTES)
  expect(await folder.exists('a/b')).toBe(true)
  await folder.rename('a', 'd')
  expect(Uint8Array.from(await folder.read('d/b/c'))).toEqual(BYTES)
  await folder.remove('d')
  await folder.remove('d')
  expect(await readdir(location)).toEqual([])
})

it('a full disk is told, and what to do', async () => {
  const { location, folder } = await setUp()
  await symlink('/dev/full', join(location, 'full'))
  await expect(folder.write('full', BYTES)).rejects.toThrow(
    /full cannot be written: ENOSPC.* The warehouse keeps the month\. Make room there, and run the same command again\./,
  )
  await expect(folder.read('nothing')).rejects.toThrow(/nothing cannot be read: ENOENT/)
})
