/**
 * Passes on what comes to a port of this host to the same port of another: `node relay.ts ADDRESS PORT`. A simulator
 * is spoken to without encryption, which no client does with any machine but its own.
 */
import { connect, createServer } from 'node:net'

const [address = '', port = ''] = process.argv.slice(2)
createServer((near) => {
  const far = connect(Number(port), address)
  for (const [from, to] of [
    [near, far],
    [far, near],
  ] as const) {
    from.pipe(to)
    from.on('error', () => undefined).on('close', () => to.destroy())
  }
}).listen(Number(port), '127.0.0.1', () => process.stdout.write('ready\n'))
