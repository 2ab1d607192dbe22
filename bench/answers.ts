import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'

/** The world that a process serves, and how slowly. */
export interface ServedWorld {
  readonly seed: number
  readonly nowMs: number
  readonly accounts: number
  /** Of each account. */
  readonly ads: number
  readonly campaigns?: number
  readonly days: number
  readonly latencyMs: number
  /** How long a report run takes. */
  readonly runMs: number
  /** Every ad is active and has delivered on each day; else some are paused, archived or deleted, as in life. */
  readonly allActive?: boolean
}

/** What was served since the last time. */
interface Served {
  readonly calls: number
  /** Of JSON, before it was compressed. */
  readonly bytes: number
  /** Of the serving process since its start. */
  readonly cpuMs: number
}

export interface Answers {
  readonly url: string
  served(): Promise<Served>
  /** Writes every answer that is kept, as JSON, one a line. */
  saveBodies(file: string): Promise<void>
  /** Gives so many of the last days other figures, from now on. */
  restate(days: number): Promise<void>
  stop(): Promise<void>
}

const PROGRAM = fileURLToPath(new URL('serve-answers.ts', import.meta.url))

/** A simulated Marketing API in a process of its own, which keeps each answer that it has rendered. */
export async function serveAnswers(world: ServedWorld): Promise<Answers> {
  const child = spawn(process.execPath, ['--max-old-space-size=12000', PROGRAM, JSON.stringify(world)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(createInterface(child.stdout), 'line')
  const url = String(line)
  return {
    url,
    served: async () => parseServed(await (await fetch(`${url}/-/served`)).text()),
    async saveBodies(file) {
      const { body } = await fetch(`${url}/-/bodies`)
      if (body) await pipeline(Readable.fromWeb(body), createWriteStream(file))
    },
    async restate(days) {
      await (await fetch(`${url}/-/restate?days=${days}`)).text()
    },
    async stop() {
      const ended = once(child, 'exit')
      if (child.kill('SIGKILL')) await ended
    },
  }
}

function parseServed(text: string): Served {
  return JSON.parse(text) as Served
}
