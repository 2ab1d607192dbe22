import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseError } from '../../load/database-error.ts'
import type { Warehouse } from '../../load/session.ts'
import { parseExactJson } from '../../model/exact-json.ts'
import { readSource } from '../config.ts'
import { type Context, isReadByOthers, openForReading, variablesOf } from '../context.ts'
import { createExamination, type Examination } from '../doctor/examination.ts'
import { examineApi } from '../doctor/examine-api.ts'
import { examineWarehouse } from '../doctor/examine-warehouse.ts'
import { EXIT, type ExitStatus } from '../exit-status.ts'
import { readSettings } from '../read-settings.ts'
import type { Settings } from '../settings.ts'

const LONG_ID = '120213328950940104'

/** The debugging checklist as a program: environment, API, database, one line each. */
export async function doctor(context: Context): Promise<ExitStatus> {
  const { output, signal } = context
  const examination = createExamination(output, signal)
  const { examine } = examination
  const variables = await examine(
    '.env',
    async () => variablesOf(context),
    () => describeEnv(context),
  )
  if (variables !== null) {
    const settings = await examine(
      'settings',
      async () => readSettings(context.folder, variables),
      () => 'valid',
    )
    const source = await examine(
      'credentials',
      async () => readSource(variables, []),
      (found) => `token and account set; ${found.graphUrl}, ${found.apiVersion}`,
    )
    await examine(
      'ids',
      async () => readLongId(),
      (id) => `${id} comes back to the last digit`,
    )
    if (source !== null && settings !== null) await examineApi(source, settings, examination, context)
    examination.begin('Load')
    await examineDatabase(settings, examination, context)
  }
  const { exit, findings } = examination
  if (output.json) output.result(JSON.stringify({ ok: exit === EXIT.done, checks: findings }, null, 2))
  return exit
}

function describeEnv(context: Context) {
  if (!existsSync(join(context.folder, '.env'))) return 'not there; the environment alone is used'
  return isReadByOthers(context)
    ? { warning: 'read; others on this machine can read it, too: chmod 600 .env' }
    : 'read'
}

async function examineDatabase(
  settings: Settings | null,
  examination: Examination,
  context: Context,
): Promise<void> {
  const warehouse = await examination.examine(
    'database',
    () => openIfThere(context),
    (found) => (typeof found === 'string' ? found : `${found.location}, schema "${found.schema}" up to date`),
  )
  if (warehouse === null || typeof warehouse === 'string') return
  try {
    if (settings !== null) await examineWarehouse(warehouse, settings, examination, context.clock.now())
  } finally {
    await warehouse.close()
  }
}

/** The warehouse, or what is said of one that answers and was never loaded. */
async function openIfThere(context: Context): Promise<Warehouse | string> {
  try {
    return await openForReading(context, {})
  } catch (error) {
    if (error instanceof DatabaseError && error.kind === 'not-migrated') return `answers. ${error.message}`
    throw error
  }
}

function readLongId(): string {
  const id = String(parseExactJson(`[${LONG_ID}]`)).replace(/[[\]"]/g, '')
  if (id !== LONG_ID)
    throw new Error(`❌ ID CORRUPTION DETECTED: ${LONG_ID} came back as ${id}; this Node.js cannot be used`)
  return id
}
