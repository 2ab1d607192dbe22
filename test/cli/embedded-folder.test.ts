import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { expect, it, onTestFinished } from 'vitest'
import { inspectFolder } from '../../src/cli/doctor/embedded-folder.ts'
import { createExamination } from '../../src/cli/doctor/examination.ts'
import { examineFolder } from '../../src/cli/doctor/examine-place.ts'
import { createOutput } from '../../src/cli/output.ts'
import { unaborted } from '../extract/support/test-api.ts'

async function createFolder() {
  const home = await mkdtemp(join(tmpdir(), 'fbads-folder-'))
  onTestFinished(() => rm(home, { recursive: true, force: true }))
  return { home, folder: join(home, '.fbads', 'warehouse') }
}

/** A disk with so much room, on which these may not be written. */
const diskOf = (freeBytes: number, ...locked: readonly string[]) => ({
  canWrite: async (path: string) => !locked.includes(path),
  freeBytes: async () => freeBytes,
})

async function examined(folder: string, disk: ReturnType<typeof diskOf>) {
  const flags = { json: true, verbose: false, quiet: true, color: false }
  const stream = new Writable({ write: (_chunk, _encoding, next) => next() })
  const examination = createExamination(
    createOutput({ ...flags, stdout: stream, stderr: stream }),
    unaborted(),
  )
  const isUsable = await examineFolder(folder, examination, disk)
  return {
    isUsable,
    findings: examination.findings.map(({ check, status, detail }) => ({ check, status, detail })),
  }
}

it('a folder that is not there yet is looked at where it would be made', async () => {
  const { home, folder } = await createFolder()
  expect(await inspectFolder(folder)).toEqual({ unwritable: null, bytes: 0, freeBytes: expect.any(Number) })
  expect(await inspectFolder(folder, diskOf(1, home))).toEqual({ unwritable: home, bytes: 0, freeBytes: 1 })
  const { isUsable, findings } = await examined(folder, diskOf(1, home))
  expect(isUsable).toBe(false)
  expect(findings[0]?.detail).toContain(`sudo chown "$(id -un)" "${home}"`)
})

it('a file that another user has left deep in it is named', async () => {
  const { folder } = await createFolder()
  const file = join(folder, 'base', '5', '1259')
  await mkdir(join(folder, 'base', '5'), { recursive: true })
  await writeFile(file, 'x'.repeat(5000))
  const { bytes, unwritable } = await inspectFolder(folder)
  expect({ unwritable, enough: bytes >= 5000 }).toEqual({ unwritable: null, enough: true })
  const { isUsable, findings } = await examined(folder, diskOf(80e9, file))
  expect(isUsable).toBe(false)
  expect(findings).toEqual([
    { check: 'folder', status: 'failed', detail: expect.stringContaining(`${file} cannot be written`) },
  ])
  expect(findings[0]?.detail).toContain(`sudo chown -R "$(id -un)" "${folder}"`)
})

it.each([
  [80e9, 'ok', '80.0 GB free'],
  [1.5e9, 'warn', 'only 1.5 GB free'],
  [312e6, 'failed', 'only 312 MB free'],
] as const)('a disk with %d bytes left is %s', async (freeBytes, status, said) => {
  const { folder } = await createFolder()
  const { isUsable, findings } = await examined(folder, diskOf(freeBytes))
  expect(isUsable).toBe(true)
  expect(findings[1]).toMatchObject({ check: 'disk', status, detail: expect.stringContaining(said) })
})
