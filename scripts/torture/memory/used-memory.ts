import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type EndedProcess, type FbadsProcess, startFbads } from '../fbads-process.ts'
import type { Place } from '../place.ts'

/** Bytes of a process. */
export interface UsedMemory {
  /** What was in use at equal intervals, after a garbage collection each; without the embedded database's thread. */
  readonly program: readonly number[]
  /** The most that the embedded database's thread had; 0 without one. */
  readonly embedded: number
  /** The most that the operating system saw, garbage included. */
  readonly resident: number
}

/** What the name of the file ends with that has the embedded database's. */
export const EMBEDDED = '.embedded'

/** Runs a command, which `body` may talk to, until it ends with 0. */
export async function measureMemory(
  args: readonly string[],
  { folder, environment }: Pick<Place, 'folder' | 'environment'>,
  body: (process: FbadsProcess) => Promise<void> = async () => {},
): Promise<UsedMemory & Pick<EndedProcess, 'said'>> {
  const file = join(folder, 'memory.json')
  const process = startFbads(args, {
    folder,
    environment: { ...environment, TORTURE_MEMORY_FILE: file },
    nodeFlags: ['--expose-gc', '--import', fileURLToPath(new URL('memory-hook.ts', import.meta.url))],
  })
  try {
    await body(process)
    const { status, said } = await process.ended
    if (status !== 0) throw new Error(`fbads ${args[0]} has failed:\n${said}`)
    const embedded = Number(await readFile(`${file}${EMBEDDED}`, 'utf8').catch(() => 0))
    return { ...parseMemory(await readFile(file, 'utf8')), embedded, said }
  } finally {
    process.kill('SIGKILL')
    await process.ended
  }
}

function parseMemory(text: string): Omit<UsedMemory, 'embedded'> {
  return JSON.parse(text) as Omit<UsedMemory, 'embedded'>
}
