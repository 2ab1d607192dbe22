import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseExactJson } from '../../model/exact-json.ts'
import type { Source } from '../config.ts'
import { type Context, isReadByOthers, variablesOf } from '../context.ts'
import { createExamination } from '../doctor/examination.ts'
import { examineApi } from '../doctor/examine-api.ts'
import { examineLoad } from '../doctor/examine-load.ts'
import { EXIT, type ExitStatus } from '../exit-status.ts'
import { readSettings } from '../read-settings.ts'
import { readSources, type SourceFlags } from '../sources.ts'

const NEEDS_ENVIRONMENT = 'what failed above comes first, see Environment'
const LONG_ID = '120213328950940104'

/** The debugging checklist as a program: environment, API, database, one line each. */
export async function doctor(flags: Pick<SourceFlags, 'source'>, context: Context): Promise<ExitStatus> {
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
    const sources =
      settings &&
      (await examine(
        'credentials',
        async () => readSources(variables, settings.sources, flags),
        describeSources,
      ))
    await examine(
      'ids',
      async () => readLongId(),
      (id) => `${id} comes back to the last digit`,
    )
    if (sources === null || settings === null)
      examination.skip(['API', 'Extraction', 'Transformation'], NEEDS_ENVIRONMENT)
    else
      for (const source of sources) {
        examination.turnTo(settings.sources.length > 0 ? source.name : null)
        await examineApi(source, settings, examination, context)
      }
    examination.turnTo(null)
    await examineLoad(variables, settings, examination, context)
  } else {
    examination.skip(['API', 'Extraction', 'Transformation', 'Load', 'Validation'], NEEDS_ENVIRONMENT)
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

function describeSources(sources: readonly [Source, ...Source[]]): string {
  const [{ graphUrl, apiVersion }, ...others] = sources
  const names = sources.map(({ name }) => name).join(', ')
  const set = others.length === 0 ? 'token and account' : `tokens and accounts of ${names}`
  return `${set} set; ${graphUrl}, ${apiVersion}`
}

function readLongId(): string {
  const id = String(parseExactJson(`[${LONG_ID}]`)).replace(/[[\]"]/g, '')
  if (id !== LONG_ID)
    throw new Error(`❌ ID CORRUPTION DETECTED: ${LONG_ID} came back as ${id}; this Node.js cannot be used`)
  return id
}
