import { serve } from '@hono/node-server'
import { createSimulator } from '../../src/simulator/app.ts'
import type { SimulatorOptions } from '../../src/simulator/options.ts'

export interface ServedSimulator {
  readonly url: string
  /** Also ends the connections that clients, dead or alive, still have. */
  close(): void
}

/** A simulated Marketing API for other processes, served by this one; tells each call before it is answered. */
export async function serveSimulator(
  options: SimulatorOptions,
  onCall: () => void,
): Promise<ServedSimulator> {
  const simulator = createSimulator(options)
  const listening = Promise.withResolvers<number>()
  const server = serve(
    {
      fetch: (request, bindings) => {
        onCall()
        return simulator.fetch(request, bindings)
      },
      port: 0,
      hostname: '127.0.0.1',
    },
    ({ port }) => listening.resolve(port),
  )
  server.once('error', listening.reject)
  return {
    url: `http://127.0.0.1:${await listening.promise}`,
    close() {
      server.close()
      if ('closeAllConnections' in server) server.closeAllConnections()
    },
  }
}
