import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A way to a server that can be cut, as a network can. */
export interface CuttingProxy {
  readonly port: number
  /** Ends every connection, at both ends. */
  cut(): void
  close(): Promise<void>
}

/** `cutsAfter` is asked about each part that a client sends; when it says so, its connection ends in the middle of it. */
export async function startCuttingProxy(
  port: number,
  cutsAfter: (sent: Buffer) => boolean = () => false,
): Promise<CuttingProxy> {
  const sockets = new Set<Socket>()
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  const proxy = createServer((client) => {
    const server = connect(port, '127.0.0.1')
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
    server.pipe(client)
    client.on('data', (sent) => {
      if (!cutsAfter(sent)) return void server.write(sent)
      server.write(sent.subarray(0, sent.length / 2), () => client.destroy())
    })
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const address = proxy.address()
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    cut,
    async close() {
      const closed = once(proxy, 'close')
      proxy.close()
      cut()
      await closed
    },
  }
}
