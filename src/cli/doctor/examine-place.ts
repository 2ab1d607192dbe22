import { missingOfQueue } from '../../load/queue/schema-rights.ts'
import type { Warehouse } from '../../load/session.ts'
import {
  databaseBytes,
  type MissingRight,
  readWriteRights,
  type WriteRights,
} from '../../load/write-rights.ts'
import { queueSchema } from '../../worker/queue.ts'
import { bytes } from '../render/words.ts'
import { type Disk, type FolderState, inspectFolder, thisDisk } from './embedded-folder.ts'
import type { Examination } from './examination.ts'

/** A first sync of a large account writes so much, with its log. */
const LEAST_FREE = 500e6
/** Time to make room. */
const LITTLE_FREE = 2e9

/** Whether the embedded warehouse may be written, and has room to grow. False when it cannot be opened for want of it. */
export async function examineFolder(
  folder: string,
  { examine }: Examination,
  disk: Disk = thisDisk,
): Promise<boolean> {
  const state = await examine(
    'folder',
    async () => refuseUnwritable(folder, await inspectFolder(folder, disk)),
    () => `${folder} may be written`,
  )
  if (state === null) return false
  await examine(
    'disk',
    async () => refuseFull(folder, state),
    () => describeFree(folder, state),
  )
  return true
}

function refuseUnwritable(folder: string, state: FolderState): FolderState {
  const { unwritable } = state
  if (unwritable === null) return state
  // What is in the folder is all of one owner; what is around it may hold other things.
  const what = unwritable.startsWith(folder) ? `-R "$(id -un)" "${folder}"` : `"$(id -un)" "${unwritable}"`
  throw new Error(
    `${unwritable} cannot be written by the user of this process: sudo chown ${what}, or use another directory, or ` +
      'set DATABASE_URL',
  )
}

function refuseFull(folder: string, { freeBytes }: FolderState): void {
  if (freeBytes >= LEAST_FREE) return
  throw new Error(
    `only ${bytes(freeBytes)} free on the disk of ${folder}: a sync that fills it stops half-way. Make room, move ` +
      'the directory to another disk, or set DATABASE_URL',
  )
}

function describeFree(folder: string, { bytes: taken, freeBytes }: FolderState) {
  const free = `${bytes(freeBytes)} free on the disk of ${folder}${taken > 0 ? `, which takes ${bytes(taken)}` : ''}`
  return freeBytes < LITTLE_FREE ? { warning: `only ${free}: make room before it is full` } : free
}

/** Whether the role may write on the server, and how large the database is. False when it may not even look. */
export async function examineServer(warehouse: Warehouse, { examine, note }: Examination): Promise<boolean> {
  let mayLook = true
  let lacking: MissingRight | null = null
  await examine(
    'rights',
    async () => {
      const rights = await readWriteRights(warehouse)
      mayLook = rights.mayUseSchema
      lacking = await missingOfQueue(warehouse, queueSchema(warehouse.schema))
      return refuseMissing(rights)
    },
    ({ role }) => `"${role}" may write`,
  )
  if (lacking !== null) note({ check: 'queue', status: 'warn', detail: describeLack(lacking) })
  await examine(
    'disk',
    () => databaseBytes(warehouse),
    (taken) =>
      `the database takes ${bytes(taken)}; how much its disk has left, only the server's own tools tell`,
  )
  return mayLook
}

function describeLack({ what, fix }: MissingRight): string {
  return `not permitted: ${what}. Workers and schedules need it, a plain sync does not. An administrator permits it: ${fix}`
}

function refuseMissing(rights: WriteRights): WriteRights {
  const { role, isReadOnly, missing } = rights
  if (isReadOnly)
    throw new Error(
      'the server only reads. A standby does so: name the primary in DATABASE_URL; else see who has set default_transaction_read_only',
    )
  if (missing.length === 0) return rights
  const [what, fix] = [missing.map((right) => right.what), missing.map((right) => right.fix)]
  throw new Error(
    `"${role}" is not permitted: ${what.join('; ')}. An administrator permits it: ${fix.join(' ')}`,
  )
}
