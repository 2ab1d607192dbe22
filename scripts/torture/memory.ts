import { startPostgres } from '../../test/support/start-postgres.ts'
import { startFbads } from './fbads-process.ts'
import { callForLong } from './memory/call-for-long.ts'
import { measureMemory, type UsedMemory } from './memory/used-memory.ts'
import { createEmbeddedPlace, createServedPlace, type OpenPlace, withPlace } from './place.ts'
import type { Torture } from './torture.ts'

const TIMES = 10
/**
 * What the program usually has in use when it runs so many times longer, as a multiple, at most. What requests
 * are in flight at a look is chance; to keep 25 bytes of each row, or 75 in the short run, would by reckoning be more.
 */
const MOST = 1.25
const CALLS_PER_DAY = 100

/** Requests that are small against how many there are, so that all workers are busy in the shorter sync, too. */
const SETTINGS = {
  FACEBOOK_ACCESS_TOKEN: 'any',
  FACEBOOK_AD_ACCOUNT_ID: 'all',
  FBADS_CHUNK_DAYS: '2',
  FBADS_MAX_WORKERS: '4',
}

/** Syncs some days and ten times as many, and calls a simulator some times and ten times as often. */
export const memory: Torture = {
  about: 'what takes ten times as long needs no more memory; its runs are days',
  runs: { full: 60, short: 20 },
  async run({ runs: days, seed, tell }) {
    const simulate = ['simulate', '--port', '0', '--accounts', '1', '--ads', '30', '--seed', String(seed)]
    simulate.push('--days', String(days * TIMES))
    const server = await startPostgres()
    try {
      const sync = (open: OpenPlace) => (times: number) =>
        withPlace(createEmbeddedPlace, async (home) => {
          const api = startFbads(simulate, home)
          const [url] = await api.waitFor(/http:\S+/)
          const used = await withPlace(open, ({ folder, environment }) =>
            measureMemory(['sync', '--days', String(days * times)], {
              folder,
              environment: { ...SETTINGS, ...environment, FACEBOOK_GRAPH_URL: url },
            }),
          ).finally(() => api.kill('SIGTERM'))
          await api.ended
          return used
        })
      const simulator = (times: number) =>
        withPlace(createEmbeddedPlace, (place) =>
          measureMemory(simulate, place, async (api) => {
            const [url] = await api.waitFor(/http:\S+/)
            await callForLong(url, days * CALLS_PER_DAY * times)
            api.kill('SIGTERM')
          }),
        )
      const openServed = () => createServedPlace(server.url, `memory_${process.pid}`)
      const found = await Promise.all([
        compare(`a sync of ${days} days into PostgreSQL`, sync(openServed)),
        compare(`a sync of ${days} days into PGlite`, sync(createEmbeddedPlace)),
        compare(`a simulator with ${days * CALLS_PER_DAY} calls`, simulator),
      ])
      for (const { lines } of found) lines.forEach(tell)
      return found.every(({ ratio }) => ratio <= MOST)
    } finally {
      await server.stop()
    }
  },
}

async function compare(
  name: string,
  measure: (times: number) => Promise<UsedMemory>,
): Promise<{ readonly ratio: number; readonly lines: readonly string[] }> {
  const [short, long] = [await measure(1), await measure(TIMES)]
  const told = (what: string, a: number, b: number) =>
    `  ${what}: ${toMb(a)} and ${toMb(b)} MB, × ${(b / a).toFixed(2)}`
  const lines = [
    `${name}, and ${TIMES} times as many`,
    told('in use, half of the time at most', usual(short), usual(long)),
    told('in use, at most', Math.max(...short.program), Math.max(...long.program)),
    ...(short.embedded > 0 ? [told('the embedded database', short.embedded, long.embedded)] : []),
    told('resident, at most', short.resident, long.resident),
  ]
  return { ratio: usual(long) / usual(short), lines }
}

/** The median. What is kept for good raises it; the most of all is by chance more, the more looks there are. */
function usual({ program }: UsedMemory): number {
  return program.toSorted((a, b) => a - b)[Math.floor(program.length / 2)] ?? 0
}

function toMb(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1)
}
