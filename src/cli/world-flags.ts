import { type Fault, TRANSPORT_FAULTS } from '../simulator/graph/faults.ts'
import { ERROR_NAMES } from '../simulator/graph/named-errors.ts'
import { createReferenceWorld, REFERENCE_DAYS } from '../simulator/reference-world.ts'
import { createRandom } from '../simulator/world/random.ts'
import { createWorld, type World } from '../simulator/world.ts'
import { parseNumber } from './parse-number.ts'
import { UsageError } from './usage-error.ts'

export interface WorldFlags {
  readonly world?: string
  readonly seed?: string
  readonly accounts?: string
  readonly ads?: string
  readonly days?: string
  readonly latency?: string
  readonly faults?: string
}

const DEFAULTS = { seed: 1, accounts: 2, ads: 60, days: 90 }
const DAY_MS = 86_400_000
const WORLDS = ['random', 'reference']

/** The world that the flags describe, its history ending today. Throws UsageError. */
export function parseWorld(flags: WorldFlags, nowMs: number): World {
  const { world = 'random' } = flags
  if (!WORLDS.includes(world)) throw new UsageError(`--world is "${world}"; worlds are ${WORLDS.join(', ')}.`)
  const size = {
    seed: parseSeed(flags),
    accounts: parseNumber('--accounts', flags.accounts, DEFAULTS.accounts, 1, 10_000),
    ads: parseNumber('--ads', flags.ads, DEFAULTS.ads, 1, 50_000),
    days: parseHistoryDays(flags),
  }
  if (world === 'reference') return createReferenceWorld(nowMs)
  // From the day alone, so that who starts it again on the same day finds the same world.
  return createWorld({ ...size, nowMs: Math.floor(nowMs / DAY_MS) * DAY_MS })
}

/** How many days end today in the history of the world. Throws UsageError. */
export function parseHistoryDays({ world, days }: WorldFlags): number {
  return parseNumber('--days', days, world === 'reference' ? REFERENCE_DAYS : DEFAULTS.days, 1, 1127)
}

export function parseLatency(flags: WorldFlags): number {
  return parseNumber('--latency', flags.latency, 0, 0, 60_000)
}

/** `intermittent=10%,html-502=2%`: each call is befallen by each with its share, by chance of the seed. Throws UsageError. */
export function parseFaults(flags: WorldFlags): Fault[] {
  const random = createRandom(parseSeed(flags))
  return (flags.faults ?? '')
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [, name = '', percent = '100'] =
        /^\s*([\w-]+)\s*(?:=\s*(\d+(?:\.\d+)?)\s*%\s*)?$/.exec(part) ?? []
      const share = Number(percent) / 100
      if (share > 1) throw new UsageError(`--faults: "${part.trim()}" is more than 100 %.`)
      return {
        error: parseFaultName(name, part),
        times: Number.POSITIVE_INFINITY,
        match: { where: () => random.next() < share },
      }
    })
}

function parseFaultName(name: string, part: string): Fault['error'] {
  if (name === '') {
    throw new UsageError(`--faults: "${part.trim()}" is not written name=share%, e.g. intermittent=10%.`)
  }
  const named = ERROR_NAMES.find((known) => known === name)
  if (named !== undefined) return named
  const transport = TRANSPORT_FAULTS.find((known) => known === name)
  if (transport !== undefined) return transport
  throw new UsageError(
    `--faults: there is no fault "${name}". Names are ${[...TRANSPORT_FAULTS, ...ERROR_NAMES].join(', ')}.`,
  )
}

function parseSeed(flags: WorldFlags): number {
  return parseNumber('--seed', flags.seed, DEFAULTS.seed, 0, 4_294_967_295)
}
