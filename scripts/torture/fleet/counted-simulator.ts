import { setTimeout as sleep } from 'node:timers/promises'
import { serve } from '@hono/node-server'
import { createSimulator } from '../../../src/simulator/app.ts'
import type { SimulatorOptions } from '../../../src/simulator/options.ts'
import { type CallCounts, createCallCounts } from './call-counts.ts'

/** A simulated Marketing API for many processes, each of which is known by the address that it was given. */
export interface CountedSimulator {
  readonly counts: CallCounts
  /** How many calls something has befallen, by kind. */
  readonly befallen: ReadonlyMap<string, number>
  /** One more address of it; its calls count as those of `who`. */
  listen(who: string): Promise<string>
  close(): void
}

const CLOCK = {
  now: () => Date.now(),
  sleep: async (ms: number, signal: AbortSignal) => {
    await sleep(ms, undefined, { signal })
  },
}

/** `hostname` is where it listens, besides this machine's own address for itself. */
export function serveCounted(
  options: Omit<SimulatorOptions, 'clock'>,
  hostname = '127.0.0.1',
): CountedSimulator {
  const simulator = createSimulator({ ...options, clock: CLOCK, keepLast: 1_000 })
  const counts = createCallCounts(options.world)
  const closing: (() => void)[] = []
  return {
    counts,
    befallen: simulator.befallen,
    async listen(who) {
      const listening = Promise.withResolvers<number>()
      const server = serve(
        {
          hostname,
          port: 0,
          async fetch(request, bindings) {
            const body = request.method === 'POST' ? await request.clone().text() : ''
            const call = counts.begin(who, decodeURIComponent(`${request.url} ${body}`))
            // Also of a client that has gone.
            bindings.outgoing.once('close', call.end)
            const answer = await simulator.fetch(request, bindings)
            if (body !== '') call.answered(await answer.clone().text())
            return answer
          },
        },
        ({ port }) => listening.resolve(port),
      )
      server.once('error', listening.reject)
      closing.push(() => {
        server.close()
        if ('closeAllConnections' in server) server.closeAllConnections()
      })
      return `http://127.0.0.1:${await listening.promise}`
    },
    close: () => {
      for (const close of closing) close()
    },
  }
}
