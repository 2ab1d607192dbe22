import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseError } from '../../load/database-error.ts'
import { parseExactJson } from '../../model/exact-json.ts'
import { readSource } from '../config.ts'
import { type Context, isReadByOthers, openForReading, variablesOf } from '../context.ts'
import { createExamination } from '../doctor/examination.ts'
import { examineApi } from '../doctor/examine-api.ts'
import { EXIT, type ExitStatus } from '../exit-status.ts'
import { readSettings } from '../read-settings.ts'

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
    if (source !== null && settings !== null) await examineApi(source, settings, examination, context)
    await examine(
      'database',
      () => lookAtDatabase(context),
      (found) => found,
    )
  }
  await examine(
    'ids',
    async () => readLongId(),
    (id) => `${id} comes back to the last digit`,
  )
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

async function lookAtDatabase(context: Context): Promise<string> {
  try {
    const warehouse = await openForReading(context, {})
    await warehouse.close()
    return `${warehouse.location}, schema "${warehouse.schema}" up to date`
  } catch (error) {
    if (error instanceof DatabaseError && error.kind === 'not-migrated') {
      return `answers. ${error.message}`
    }
    throw error
  }
}

function readLongId(): string {
  const id = String(parseExactJson(`[${LONG_ID}]`)).replace(/[[\]"]/g, '')
  if (id !== LONG_ID)
    throw new Error(`❌ ID CORRUPTION DETECTED: ${LONG_ID} came back as ${id}; this Node.js cannot be used`)
  return id
}
