import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const COMMAND = fileURLToPath(new URL('../../bin/fbads.js', import.meta.url))

export interface EndedProcess {
  /** Null when a signal has ended it. */
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly said: string
}

/** `fbads` as a process of its own. */
export interface FbadsProcess {
  kill(signal: NodeJS.Signals): void
  /** Resolves when it has printed so; rejects when it ends without. */
  waitFor(text: RegExp): Promise<RegExpExecArray>
  readonly ended: Promise<EndedProcess>
}

export interface FbadsProcessOptions {
  /** Where it runs: its `.env`, its settings and its embedded warehouse. */
  readonly folder: string
  /** All that it sees of the environment, besides PATH. */
  readonly environment: Readonly<Record<string, string>>
  /** Flags for Node.js itself. */
  readonly nodeFlags?: readonly string[]
  /** A program, with its flags, that starts it. */
  readonly starter?: readonly string[]
}

export function startFbads(args: readonly string[], options: FbadsProcessOptions): FbadsProcess {
  const { folder, environment, nodeFlags = [], starter = [] } = options
  const { PATH = '' } = process.env
  const [program = process.execPath, ...rest] = [...starter, process.execPath, ...nodeFlags, COMMAND, ...args]
  const child = spawn(program, rest, {
    cwd: folder,
    env: { PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const end = () => void child.kill('SIGKILL')
  process.once('exit', end)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  }
  const ended = once(child, 'close').then(([status, signal]): EndedProcess => {
    process.off('exit', end)
    return { status, signal, said }
  })
  return {
    kill: (signal) => void child.kill(signal),
    async waitFor(text) {
      for (;;) {
        const found = text.exec(said)
        if (found) return found
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(`fbads ${args[0]} has ended:\n${said}`)
        await Promise.race([once(child.stdout, 'data'), ended])
      }
    },
    ended,
  }
}
