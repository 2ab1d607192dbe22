import { ArchiveError, type ArchiveFolder } from '../../src/load/archive/archive-folder.ts'

/** An archive's folder in memory, whose files tests read and damage. */
export interface MemoryFolder extends ArchiveFolder {
  readonly files: Map<string, Uint8Array>
}

/** `before` is called with each step before it is taken, and may throw. */
export function createMemoryFolder(before: (step: string) => void = () => undefined): MemoryFolder {
  const files = new Map<string, Uint8Array>()
  const within = (path: string) =>
    [...files.keys()].filter((file) => file === path || file.startsWith(`${path}/`))
  return {
    files,
    location: 'memory',
    exists: async (path) => within(path).length > 0,
    async read(path) {
      before(`read ${path}`)
      const bytes = files.get(path)
      if (bytes === undefined) throw new ArchiveError(`${path} is not there`)
      return bytes
    },
    async write(path, bytes) {
      before(`write ${path}`)
      files.set(path, bytes)
    },
    async rename(from, to) {
      before(`rename ${from}`)
      if (within(to).length > 0) throw new ArchiveError(`${to} is there`)
      for (const file of within(from)) {
        files.set(to + file.slice(from.length), files.get(file) ?? new Uint8Array())
        files.delete(file)
      }
    },
    async remove(path) {
      before(`remove ${path}`)
      for (const file of within(path)) files.delete(file)
    },
  }
}
