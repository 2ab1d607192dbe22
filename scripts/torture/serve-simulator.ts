import { serve } from '@hono/node-server'
import { createSimulator } from '../../src/simulator/app.ts'
import type { SimulatorOptions } from '../../src/simulator/options.ts'

export interface ServedSimulator {
  readonly url: string
  /** Ends the connections that clients, dead or alive, have. */
  dropClients(): void
  /** Does so, too. */
  close(): void
}

/**
 * A simulated Marketing API for other processes, served by this one; tells each call, with its path, and answers
 * it when `onCall` is done.
 */
export async function serveSimulator(
  options: SimulatorOptions,
  onCall: (path: string) => void | Promise<void>,
): Promise<ServedSimulator> {
  const simulator = createSimulator(options)
  const listening = Promise.withResolvers<number>()
  const server = serve(
    {
      fetch: async (request, bindings) => {
        await onCall(new URL(request.url).pathname)
        return simulator.fetch(request, bindings)
      },
      port: 0,
      hostname: '127.0.0.1',
    },
    ({ port }) => listening.resolve(port),
  )
  server.once('error', listening.reject)
  const dropClients = (): void => {
    if ('closeAllConnections' in server) server.closeAllConnections()
  }
  return {
    url: `http://127.0.0.1:${await listening.promise}`,
    dropClients,
    close() {
      server.close()
      dropClients()
    },
  }
}
