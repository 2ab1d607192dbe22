import { setTimeout as sleep } from 'node:timers/promises'
import { createServedPlace, withPlace } from '../place.ts'
import { createFleetWorld } from './fleet-world.ts'
import { makeHosts } from './hosts.ts'
import { syncInOneProcess } from './one-process.ts'
import { servePostgresTo } from './served-to-hosts.ts'
import { type TriedRun, tryRun } from './try-run.ts'

const HOSTS = 3
const ACCOUNTS = 60
const LATENCY_MS = 500
/** So long after the host has begun to work. */
const CUT_AFTER_MS = 8_000
const RECENT_MS = 3_000
const PATIENCE_MS = 20 * 60_000

/** A run of three hosts, one of which is cut off in its midst: for so long, or, when null, until the run is closed. */
export async function tryCutOffHost(seed: number, forMs: number | null): Promise<TriedRun> {
  const hosts = makeHosts(HOSTS)
  try {
    const server = await servePostgresTo(hosts.address)
    try {
      const world = createFleetWorld(seed, ACCOUNTS)
      const expected = await syncInOneProcess(server.url, world)
      return await withPlace(
        () => createServedPlace(server.url, `hosts_${process.pid}`),
        (place) =>
          tryRun(place, {
            world,
            expected,
            latencyMs: LATENCY_MS,
            seed,
            hostname: '0.0.0.0',
            patienceMs: PATIENCE_MS,
            async during(run, simulator, signal) {
              const wait = (ms: number | undefined) => sleep(ms, undefined, { signal }).catch(() => undefined)
              for (let host = 0; host < HOSTS; host += 1) {
                const relay = (port: number) => hosts.relay(host, port)
                await run.addWorker({ starter: hosts.starter(host), relay })
              }
              const name = run.workers[0]?.name ?? ''
              while (simulator.counts.recentOf(name, RECENT_MS).size === 0 && !signal.aborted) await wait(100)
              await wait(CUT_AFTER_MS)
              hosts.cut(0)
              await wait(forMs ?? PATIENCE_MS)
              hosts.join(0)
            },
          }),
      )
    } finally {
      await server.stop()
    }
  } finally {
    hosts.remove()
  }
}
