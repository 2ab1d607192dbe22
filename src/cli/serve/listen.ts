import { serve } from '@hono/node-server'

interface Listening {
  readonly port: number
  /** Ends every connection, streams too. */
  close(): void
}

/** Serves `fetch` on one address. Throws a sentence when the port or the address is not to be had. */
export async function listen(
  fetch: (request: Request, bindings: object) => Response | Promise<Response>,
  hostname: string,
  port: number,
  /** What the flags of both begin with, for people. */
  flags = '--',
): Promise<Listening> {
  const listening = Promise.withResolvers<number>()
  const server = serve({ fetch, hostname, port }, (address) => listening.resolve(address.port))
  server.once('error', (error) => listening.reject(explain(error, hostname, port, flags)))
  const chosen = await listening.promise
  return {
    port: chosen,
    close() {
      server.close()
      if ('closeAllConnections' in server) server.closeAllConnections()
    },
  }
}

function explain(error: Error, hostname: string, port: number, flags: string): Error {
  const code = 'code' in error ? error.code : null
  if (code === 'EADDRINUSE') return new Error(`Port ${port} is taken; give another with ${flags}port.`)
  if (code === 'EACCES')
    return new Error(`Port ${port} may not be used by this user; give one above 1023 with ${flags}port.`)
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new Error(`${hostname} is no address of this machine; see ${flags}host.`)
  return error
}
