/** Where archived months lie. Paths are relative to it, with `/` between names. */
export interface ArchiveFolder {
  /** For people. */
  readonly location: string
  exists(path: string): Promise<boolean>
  /** Throws ArchiveError when it is not there or cannot be read. */
  read(path: string): Promise<Uint8Array>
  /** Makes the folders that it needs; returns when the bytes are on the disk. Throws ArchiveError. */
  write(path: string, bytes: Uint8Array): Promise<void>
  /** Of a file or folder, in one step, to where nothing is; returns when that is on the disk. Throws ArchiveError. */
  rename(from: string, to: string): Promise<void>
  /** With all that is in it; what is not there is removed already. Throws ArchiveError. */
  remove(path: string): Promise<void>
}

/** A month that cannot be archived or restored; the message says why and what to do. Nothing is lost by it. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError'
}
