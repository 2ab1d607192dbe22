import type { Command, Option } from 'commander'
import { EXIT } from '../../src/cli/exit-status.ts'
import { createProgram } from '../../src/cli/program.ts'
import { code, markdownTable } from './markdown.ts'

/** The parts of `docs/configuration.md` that come from the command line. */
export function commandBlocks(): Record<string, string> {
  const { commands } = createProgram('0', async () => {})
  return { commands: toList(commands), flags: toSections(commands), 'exit-status': exitStatus() }
}

/** Flags that every command has are told once. */
const COMMON_FLAGS = ['--json', '--verbose', '--quiet', '--no-color', '--log-format']

function toList(commands: readonly Command[]): string {
  return markdownTable(
    ['command', 'does'],
    commands.map((command) => [`[${code(usageOf(command))}](#fbads-${command.name()})`, command.summary()]),
  )
}

function toSections(commands: readonly Command[]): string {
  const common = markdownTable(
    ['every command', ''],
    (commands[0]?.options ?? []).filter(isCommon).map((option) => [code(option.flags), meaningOf(option)]),
  )
  const sections = commands.map((command) => {
    const own = command.options.filter((option) => !isCommon(option))
    const flags = own.map((option) => [code(option.flags), meaningOf(option)])
    return [
      `### fbads ${command.name()}`,
      command.description(),
      ...(flags.length > 0 ? [markdownTable(['flag', 'meaning'], flags)] : []),
    ].join('\n\n')
  })
  return [common, ...sections].join('\n\n')
}

function usageOf(command: Command): string {
  const words = command.registeredArguments.map((argument) => `"<${argument.name()}>"`)
  return ['fbads', command.name(), ...words].join(' ')
}

function meaningOf(option: Option): string {
  const fallback =
    option.defaultValue === undefined ? '' : `; ${code(String(option.defaultValue))} when left out`
  return `${option.description}${fallback}`
}

function isCommon(option: Option): boolean {
  return COMMON_FLAGS.includes(option.long ?? '')
}

const EXIT_MEANINGS = {
  done: 'Everything that was asked for is loaded and no check failed. An account that delivered nothing is a success with 0 rows, and says so.',
  failed: 'Nothing could be done, or something unexpected happened.',
  wrongUse: 'No command, an unknown flag, a bad date, a bad setting. Nothing was asked or written.',
  partial:
    'Some slices or accounts failed, the rest is loaded. Running the same again goes on where this ended.',
  checkFailed: 'Loaded, but a data-quality check failed.',
  notPermitted:
    'The token is expired, revoked or lacks `ads_read`, or the account is not assigned to its user.',
  interrupted: 'Ctrl-C: what was in flight is rolled back, what is loaded stays.',
  terminated: 'SIGTERM: the same.',
} as const satisfies Record<keyof typeof EXIT, string>

function exitStatus(): string {
  const meanings: Readonly<Record<string, string>> = EXIT_MEANINGS
  const rows = Object.entries(EXIT).map(([name, status]) => [String(status), meanings[name] ?? ''])
  return markdownTable(['status', 'when'], rows)
}
