import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Answers } from './answers.ts'

const PROGRAM = fileURLToPath(new URL('fetch-program.ts', import.meta.url))

/** How long a process takes that asks what a sync of the last `days` days asks, and decodes it; its start included, in ms. */
export async function measureFetch(answers: Answers, days: number): Promise<number> {
  const started = performance.now()
  const child = spawn(process.execPath, [PROGRAM, answers.url, String(days)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await once(child, 'close')
  if (child.exitCode !== 0) throw new Error(`It ended with ${child.exitCode}.`)
  return performance.now() - started
}
