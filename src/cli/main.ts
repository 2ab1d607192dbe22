import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from './context.ts'
import { EXIT, Interrupted } from './exit-status.ts'
import { createOutput } from './output.ts'
import { run } from './run.ts'
import { thisProcess } from './this-process.ts'
import { version } from './version.ts'

/** The process: everything of it that a command may touch is handed over from here. */
export async function main(argv: readonly string[]): Promise<void> {
  const interrupt = new AbortController()
  let signals = 0
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      signals += 1
      // Who asks twice does not want to wait for what is in flight; the transaction dies with its connection.
      if (signals > 1) process.exit(signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated)
      interrupt.abort(new Interrupted(signal))
    })
  }
  // A reader that goes away (| head) ends the output, not the command with a stack.
  process.stdout.on('error', () => {})
  const arguments_ = argv.slice(2)
  const context: Omit<Context, 'output'> = {
    folder: process.cwd(),
    environment: process.env,
    stdin: () => process.stdin,
    clock: {
      now: () => Date.now(),
      sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted()),
      random: () => Math.random(),
    },
    // Loaded by the first call: most commands make none, and TLS takes its time.
    fetch: async (input, init) => (await import('../extract/http-fetch.ts')).httpFetch(input, init),
    signal: interrupt.signal,
    process: thisProcess(`fbads ${arguments_[0] ?? ''}`.trim()),
  }
  const { stdout, stderr } = process
  // It takes as long to load as Node.js to start, and most syncs have no terminal.
  const createLogUpdate =
    stdout.isTTY || stderr.isTTY ? (await import('log-update')).createLogUpdate : undefined
  process.exitCode = await run(arguments_, context, version(), (flags) =>
    createOutput({ ...flags, stdout, stderr, createLogUpdate }),
  )
}
