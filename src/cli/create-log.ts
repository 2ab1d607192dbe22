import type { JsonLog } from '../observe/json-log.ts'
import type { Variables } from './config.ts'
import type { Context } from './context.ts'
import { LOG_FORMATS, type LogFormat } from './log-format.ts'
import type { Output } from './output.ts'
import type { OutputFlags } from './program.ts'
import { UsageError } from './usage-error.ts'

/** A log on stderr where a flag or FBADS_LOG_FORMAT asks for one, else null. Throws UsageError. */
export async function createLog(
  { logFormat, verbose, quiet }: OutputFlags,
  context: Omit<Context, 'output'>,
  output: Output,
): Promise<JsonLog | null> {
  const variables = await readAll(context)
  if ((logFormat ?? parseFormat(variables.FBADS_LOG_FORMAT)) === 'text') return null
  // Loaded only here: most people read text.
  const { createJsonLog } = await import('../observe/json-log.ts')
  const { secretsOf } = await import('./secrets.ts')
  return createJsonLog({
    write: (line) => output.fail(line.trimEnd()),
    level: quiet ? 'warn' : verbose ? 'debug' : 'info',
    nowMs: () => context.clock.now(),
    secrets: secretsOf(variables),
  })
}

/** What is wrong with `.env` the command itself says. */
async function readAll({ folder, environment }: Omit<Context, 'output'>): Promise<Variables> {
  const { readVariables } = await import('./config.ts')
  try {
    return readVariables(folder, environment)
  } catch {
    return environment
  }
}

function parseFormat(text: string | undefined): LogFormat {
  const format = LOG_FORMATS.find((each) => each === (text || 'text'))
  if (format === undefined)
    throw new UsageError(`FBADS_LOG_FORMAT is "${text}"; it must be ${LOG_FORMATS.join(' or ')}.`)
  return format
}
