import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './deploy-files.ts'

/** What a tool said, all of it, and how it ended. */
export interface Judgement {
  readonly status: number | null
  readonly said: string
}

export function runTool(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Judgement {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  })
  return { status, said: error ? String(error) : `${stdout}${stderr}`.trim() }
}

/** Runs a tool of `node_modules` on a file with that name and text. */
export function runToolOn(name: string, text: string, tool: string, args: readonly string[]): Judgement {
  const folder = mkdtempSync(join(tmpdir(), 'fbads-deploy-'))
  try {
    const file = join(folder, name)
    writeFileSync(file, text)
    return runTool(join(ROOT, 'node_modules/.bin', tool), [file, ...args])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
