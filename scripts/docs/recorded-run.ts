import { Readable } from 'node:stream'
import type { Context } from '../../src/cli/context.ts'
import type { Tone } from '../../src/cli/output.ts'
import { run } from '../../src/cli/run.ts'

export interface RecordedLine {
  readonly text: string
  readonly tone: Tone
}

/** Runs one command line of the product in `folder` and keeps what it prints. Throws when it does not end with 0. */
export async function recordRun(
  args: readonly string[],
  folder: string,
  clock: Context['clock'],
): Promise<RecordedLine[]> {
  const lines: RecordedLine[] = []
  const print = (text: string, tone: Tone = 'note') => {
    for (const line of text.split('\n')) lines.push({ text: line, tone })
  }
  const context = {
    folder,
    environment: {},
    stdin: () => Readable.from([]),
    clock,
    fetch: () => Promise.reject(new Error('documentation is written without a network')),
    signal: new AbortController().signal,
    process: { pid: process.pid, host: 'here', startedAt: 'now', command: 'fbads', isAlive: () => false },
  }
  const status = await run(args, context, '0.1.0', () => ({
    json: false,
    verbose: false,
    log: null,
    liveWidth: null,
    result: print,
    say: print,
    aside: print,
    fail: print,
    live: () => {},
  }))
  if (status !== 0) throw new Error(`fbads ${args[0]} ended with ${status}: ${lines.at(-1)?.text}`)
  return lines
}
