import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FolderOwner } from '../../src/load/folder-lock.ts'
import { openPglite } from '../../src/load/pglite.ts'

const isRoot = process.getuid?.() === 0

const OWNER: FolderOwner = {
  pid: 1,
  host: 'here',
  startedAt: 'noon',
  command: 'fbads sync',
  isAlive: () => true,
}

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'fbads-pglite-'))
})
afterEach(async () => {
  await chmod(home, 0o755)
  await rm(home, { recursive: true })
})

const open = () => openPglite({ folder: join(home, 'deep', 'warehouse'), schema: 'main', owner: OWNER })

describe('an embedded warehouse', () => {
  // Root may write anywhere.
  it.skipIf(isRoot)('says whose folder it is that cannot be written', async () => {
    await chmod(home, 0o555)
    await expect(open()).rejects.toMatchObject({
      kind: 'no-permission',
      message: expect.stringMatching(/warehouse cannot be written: EACCES.*set DATABASE_URL/),
    })
  })

  it('is not touched any more once another process has taken its folder over', async () => {
    const warehouse = await open()
    await warehouse.use((session) => session.query('CREATE TABLE public.main_table (n integer)'))
    const lock = join(home, 'deep', 'warehouse.lock')
    await writeFile(lock, '2\nthere\nlater\nfbads sync\n')
    await expect(warehouse.use((session) => session.query('SELECT 1'))).rejects.toMatchObject({
      kind: 'locked',
      message: expect.stringContaining('has been taken over by another process'),
    })
    await warehouse.close()
    await rm(lock)
    const next = await open()
    try {
      expect(await next.use((session) => session.query('SELECT * FROM public.main_table'))).toEqual([])
    } finally {
      await next.close()
    }
  })

  it.each([
    ['42501', 'no-permission', 'does not permit it: as if'],
    ['53100', 'disk-full', 'is full: as if. What is loaded stays'],
  ])('says what to do after an error %s', async (code, kind, text) => {
    const warehouse = await open()
    try {
      const failing = warehouse.use((session) =>
        session.query(`DO $$ BEGIN RAISE 'as if' USING ERRCODE = '${code}'; END $$`),
      )
      await expect(failing).rejects.toMatchObject({ kind, message: expect.stringContaining(text) })
    } finally {
      await warehouse.close()
    }
  })
})
