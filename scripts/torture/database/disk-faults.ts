import { chmod, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type EmbeddedFault, isRoot, type ServedFault } from './fault.ts'
import { createSmallDisk, noSmallDisk } from './small-disk.ts'
import { SYNC } from './stage.ts'

/** Room for a lock, and for half of a new cluster. */
const TOO_FEW_BYTES = 20 * 1024 * 1024

/** A disk on which a new cluster and some facts have room, until it is filled. */
const DISK_MB = 150

export const SERVED_DISK_FAULT: ServedFault = {
  fault: "the server's disk is full",
  when: 'in mid-sync',
  leftOut: noSmallDisk,
  async befall({ server, sql, rootSql, run, afterwards }) {
    const disk = await createSmallDisk(DISK_MB, server.user)
    afterwards.push(() => disk.remove())
    await sql(`CREATE TABLESPACE small LOCATION '${disk.folder}'`)
    afterwards.push(() => rootSql('DROP TABLESPACE small'))
    await sql('GRANT CREATE ON TABLESPACE small TO fbads')
    await sql('ALTER ROLE fbads SET default_tablespace TO small')
    return { ...(await run(SYNC, { midway: () => disk.fill() })), mend: () => disk.makeRoom() }
  },
  remedy: 'make room',
}

/** What befalls the folder of the embedded warehouse through its disk. */
export const EMBEDDED_DISK_FAULTS: readonly EmbeddedFault[] = [
  {
    fault: 'the disk of `.fbads/warehouse` is full',
    when: 'in mid-sync',
    leftOut: noSmallDisk,
    async befall({ place, run, afterwards }) {
      const disk = await createSmallDisk(DISK_MB, {})
      afterwards.push(() => disk.remove())
      await symlink(disk.folder, join(place.folder, '.fbads'))
      return { ...(await run(SYNC, { midway: () => disk.fill() })), mend: () => disk.makeRoom() }
    },
    remedy: 'make room',
  },
  {
    fault: 'the disk of `.fbads/warehouse` has no room for it',
    when: 'at the start',
    leftOut: noSmallDisk,
    async befall({ place, run, afterwards }) {
      const disk = await createSmallDisk(DISK_MB, {})
      afterwards.push(() => disk.remove())
      await symlink(disk.folder, join(place.folder, '.fbads'))
      await disk.fill(TOO_FEW_BYTES)
      return { ...(await run(SYNC)), mend: () => disk.makeRoom() }
    },
    remedy: 'make room',
  },
  {
    fault: 'the folder is not writable',
    when: 'at the start',
    async befall({ place, run }) {
      await chmod(place.folder, 0o555)
      // Root may write anywhere, unless it gives that right away.
      const starter = isRoot() ? ['setpriv', '--bounding-set=-dac_override'] : []
      return { ...(await run(SYNC, { starter })), mend: () => chmod(place.folder, 0o755) }
    },
    remedy: 'make it writable',
  },
]
