import { execFileSync, spawnSync } from 'node:child_process'
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

const TELL_FILES =
  "data:text/javascript,import { registerHooks } from 'node:module'; " +
  "registerHooks({ load(url, context, next) { process.stdout.write('file: ' + url + '\\n'); return next(url, context) } })"

it('a sync loads neither what draws on a terminal nor the formats of archives', () => {
  const { stdout } = spawnSync(process.execPath, ['--import', TELL_FILES, BIN, 'sync'], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
      FACEBOOK_ACCESS_TOKEN: 'x',
      FACEBOOK_AD_ACCOUNT_ID: 'all',
    },
    encoding: 'utf8',
  })
  expect(stdout).toMatch(/^file: .*etl-pipeline/m)
  expect(stdout).not.toMatch(/^file: .*(log-update|hyparquet)/m)
})
