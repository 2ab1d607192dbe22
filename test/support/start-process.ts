import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

const BIN = resolve(import.meta.dirname, '../../bin/fbads.js')

/** `fbads` as a process of its own. */
interface Running {
  readonly process: ChildProcess
  /** Resolves with the first line on stdout. */
  readonly firstLine: Promise<string>
  readonly said: () => string
  readonly exit: Promise<number | null>
}

/** Whoever starts it ends it. */
export function spawnFbads(
  folder: string,
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Running {
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [BIN, ...args], { cwd: folder, env: { PATH, ...environment } })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  return {
    process: child,
    firstLine: once(createInterface(child.stdout), 'line').then(([line]) => String(line)),
    said: () => said,
    exit: once(child, 'exit').then(([code]) => code),
  }
}

/** The same, ended with the test at the latest. */
export function startProcess(...how: Parameters<typeof spawnFbads>): Running {
  const running = spawnFbads(...how)
  onTestFinished(() => void running.process.kill('SIGKILL'))
  return running
}
