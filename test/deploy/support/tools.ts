import { spawnSync } from 'node:child_process'

/** What a tool said, all of it, and how it ended. */
export interface Judgement {
  readonly status: number | null
  readonly said: string
}

export function runTool(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  input = '',
): Judgement {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
    input,
  })
  return { status, said: error ? String(error) : `${stdout}${stderr}`.trim() }
}

/** Whether the tool is on this machine. `.ci/run` installs those that a test asks for. */
export function isThere(command: string, ...args: readonly string[]): boolean {
  return runTool(command, args).status === 0
}
