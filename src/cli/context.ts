import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Fetch } from '../extract/fetch.ts'
import { DatabaseError } from '../load/database-error.ts'
import type { FolderOwner } from '../load/folder-lock.ts'
import { checkSchema } from '../load/migrate.ts'
import { openPglite } from '../load/pglite.ts'
import { openPostgres } from '../load/postgres.ts'
import type { Warehouse } from '../load/session.ts'
import type { Clock } from '../model/clock.ts'
import { readVariables, type Variables, variable } from './config.ts'
import type { Output } from './output.ts'
import { VARIABLES } from './settings.ts'
import { UsageError } from './usage-error.ts'

/** What a command may touch: everything of the process comes through it, so that tests can give their own. */
export interface Context {
  /** Where `.env`, `fbads.config.json` and the embedded warehouse are. */
  readonly folder: string
  /** The real environment; `.env` lies under it. */
  readonly environment: Variables
  readonly output: Output
  /** Opened when it is asked for: most commands read nothing. */
  readonly stdin: () => AsyncIterable<unknown> & { readonly isTTY?: boolean }
  readonly clock: Clock
  readonly fetch: Fetch
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal
  /** For the lock of the embedded warehouse. */
  readonly process: FolderOwner
}

/** `.env` and the environment. Throws UsageError when `.env` is malformed. */
export function variablesOf(context: Pick<Context, 'folder' | 'environment'>): Variables {
  return readVariables(context.folder, context.environment)
}

/** Whether `.env`, which holds the token, is open to other users of this machine. */
export function isReadByOthers({ folder }: Context): boolean {
  const file = join(folder, '.env')
  return existsSync(file) && (statSync(file).mode & 0o077) !== 0
}

const EMBEDDED_FOLDER = join('.fbads', 'warehouse')
export const DEMO_FOLDER = join('.fbads', 'demo')

/** Which warehouse a command that only reads looks at. */
export interface WarehouseFlags {
  readonly demo?: boolean
}

/**
 * The configured warehouse, or the demo's, with a schema that this program knows; reading makes none.
 * Throws UsageError or DatabaseError.
 */
export async function openForReading(
  context: Context,
  flags: WarehouseFlags,
  connections = 1,
): Promise<Warehouse> {
  const variables = flags.demo ? {} : variablesOf(context)
  const folder = join(context.folder, flags.demo ? DEMO_FOLDER : EMBEDDED_FOLDER)
  if (!variables.DATABASE_URL && !existsSync(folder)) {
    const next = flags.demo ? 'fbads demo' : 'fbads sync'
    throw new DatabaseError('not-migrated', `There is no warehouse in ${folder} yet. Run ${next}.`)
  }
  const warehouse = flags.demo
    ? await openEmbedded(context, folder, VARIABLES.FBADS_SCHEMA.default)
    : await openWarehouse(context, variables, connections)
  try {
    await checkSchema(warehouse)
    return warehouse
  } catch (error) {
    await warehouse.close()
    throw error
  }
}

/** The folder of the embedded warehouse, there or not; null when a server is configured. */
export function embeddedFolder(context: Context, variables: Variables): string | null {
  return variables.DATABASE_URL ? null : join(context.folder, EMBEDDED_FOLDER)
}

/** The warehouse that is configured. Throws UsageError or DatabaseError. */
export async function openWarehouse(
  context: Context,
  variables: Variables,
  connections: number,
): Promise<Warehouse> {
  const schema = variable(variables, 'FBADS_SCHEMA')
  const url = variables.DATABASE_URL
  if (!url) return openEmbedded(context, join(context.folder, EMBEDDED_FOLDER), schema)
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw new UsageError('DATABASE_URL must begin with postgres://; leave it out for the embedded warehouse.')
  }
  return openPostgres({
    connectionString: url,
    schema,
    maxConnections: connections,
    applicationName: 'fbads',
  })
}

export async function openEmbedded(context: Context, folder: string, schema: string): Promise<Warehouse> {
  return openPglite({ folder, schema, owner: context.process })
}
