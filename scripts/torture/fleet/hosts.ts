import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { userInfo } from 'node:os'
import { fileURLToPath } from 'node:url'

const RELAY = fileURLToPath(new URL('relay.ts', import.meta.url))

/** Machines, as network namespaces of this one, on a network that they share with nobody else. */
export interface Hosts {
  /** Where they find this machine. */
  readonly address: string
  /** Starts a program on the host of that number, from 0. */
  starter(host: number): readonly string[]
  /** Lets a program there reach a port of this machine as its own. */
  relay(host: number, port: number): Promise<void>
  /** Pulls its cable, or plugs it in again. */
  cut(host: number): void
  join(host: number): void
  /** When nothing runs there any more. */
  remove(): void
}

/** Why no hosts can be made here; null when they can. */
export function whyNoHosts(): string | null {
  if (userInfo().uid !== 0) return 'network namespaces need root'
  try {
    ip('netns', 'list')
    return null
  } catch {
    return 'there is no ip (iproute2) here, or it may not list network namespaces'
  }
}

export function makeHosts(count: number): Hosts {
  const name = `fbt${process.pid % 100_000}`
  const network = `10.213.${process.pid % 256}`
  const address = `${network}.1`
  const hosts = Array.from({ length: count }, (_, host) => ({
    space: `${name}-${host}`,
    cable: `${name}v${host}`,
    own: `${network}.${host + 2}`,
  }))
  const relays: ChildProcess[] = []
  const remove = (): void => {
    for (const relay of relays) relay.kill('SIGKILL')
    for (const { space } of hosts) tryIp('netns', 'del', space)
    tryIp('link', 'del', name)
  }
  try {
    ip('link', 'add', name, 'type', 'bridge')
    ip('addr', 'add', `${address}/24`, 'dev', name)
    ip('link', 'set', name, 'up')
    for (const { space, cable, own } of hosts) {
      ip('netns', 'add', space)
      ip('link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space)
      ip('link', 'set', cable, 'master', name, 'up')
      ip('-n', space, 'addr', 'add', `${own}/24`, 'dev', 'eth0')
      ip('-n', space, 'link', 'set', 'eth0', 'up')
      ip('-n', space, 'link', 'set', 'lo', 'up')
    }
  } catch (error) {
    remove()
    throw error
  }
  const cableOf = (host: number): string => hosts[host]?.cable ?? ''
  const starter = (host: number): readonly string[] => ['netns', 'exec', hosts[host]?.space ?? '']
  return {
    address,
    starter: (host) => ['ip', ...starter(host)],
    async relay(host, port) {
      const relay = spawn('ip', [...starter(host), process.execPath, RELAY, address, String(port)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      relays.push(relay)
      await once(relay.stdout, 'data')
    },
    cut: (host) => ip('link', 'set', cableOf(host), 'down'),
    join: (host) => ip('link', 'set', cableOf(host), 'up'),
    remove,
  }
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: 'pipe' })
}

function tryIp(...args: readonly string[]): void {
  try {
    ip(...args)
  } catch {
    // It is not there.
  }
}
