import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'

const BIN = resolve(import.meta.dirname, '../../bin/fbads.js')
const TELL_FLAGS = "data:text/javascript,process.stdout.write('flags: ' + process.execArgv[0] + '\\n')"

/** The first flag of each program that the process has been. */
function flagsOf(command: string, environment: Readonly<Record<string, string>> = {}): string[] {
  const said = execFileSync(process.execPath, ['--import', TELL_FLAGS, BIN, command, '--help'], {
    env: { PATH: process.env.PATH, ...environment },
    encoding: 'utf8',
  })
  return [...said.matchAll(/^flags: (.*)$/gm)].map(([, flag = '']) => flag)
}

// Windows cannot replace a process.
it.skipIf(process.platform === 'win32')(
  'commands of many rows hold down what the newest objects take',
  () => {
    expect(flagsOf('sync')).toEqual(['--import', '--max-semi-space-size=16'])
    expect(flagsOf('status')).toEqual(['--import'])
    expect(flagsOf('sync', { NODE_OPTIONS: '--max-semi-space-size=4' })).toEqual(['--import'])
  },
)
