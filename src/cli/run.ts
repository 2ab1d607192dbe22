import { CommanderError } from 'commander'
import type { Context } from './context.ts'
import { createLog } from './create-log.ts'
import { DocumentedError } from './documented-error.ts'
import { EXIT, type ExitStatus, statusOfError } from './exit-status.ts'
import type { Output } from './output.ts'
import { createProgram, type OutputFlags } from './program.ts'
import { withLog } from './with-log.ts'

const FLAGLESS: OutputFlags = { json: false, verbose: false, quiet: false, color: false, logFormat: null }

/** Runs one command line; every error ends here, as a sentence and an exit status. */
export async function run(
  args: readonly string[],
  context: Omit<Context, 'output'>,
  version: string,
  createOutput: (flags: OutputFlags) => Output,
): Promise<ExitStatus> {
  let output: Output | null = null
  let status: ExitStatus = EXIT.done
  // Help, and what is wrong with the command line itself, come before any flag is known.
  const flagless = createOutput(FLAGLESS)
  const program = createProgram(
    version,
    async (flags, command) => {
      const color = flags.color && !context.environment.NO_COLOR
      output = createOutput({ ...flags, color })
      const log = await createLog(flags, context, flagless)
      if (log !== null) output = withLog(output, log)
      status = await command({ ...context, output })
    },
    {
      writeOut: (text) => flagless.result(text.trimEnd()),
      writeErr: (text) => flagless.fail(text.trimEnd()),
    },
  )
  try {
    await program.parseAsync(args, { from: 'user' })
    return status
  } catch (error) {
    // Commander has already said what is wrong with the command line, or shown the help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.wrongUse
    const [cause, document] =
      error instanceof DocumentedError ? [error.cause, error.document] : [error, errorDocument(error)]
    tell(cause, document, output)
    return statusOfError(cause)
  }
}

function tell(error: unknown, document: string, output: Output | null): void {
  if (output === null) throw error
  output.live([])
  output.fail(`❌ ${messageOf(error)}`)
  if (output.verbose && error instanceof Error && error.stack) output.fail(error.stack)
  if (output.json) output.result(document)
}

function errorDocument(error: unknown): string {
  return JSON.stringify({ status: 'failed', error: messageOf(error) })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
