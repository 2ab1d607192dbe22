import { FAULT_NAMES, type FaultShare } from '../simulator/graph/fault-mix.ts'
import type { Latency } from '../simulator/graph/latency.ts'
import { callsPerHour, RATE_LIMITS, type RateLimits } from '../simulator/graph/rate-limits.ts'
import type { UsageLevels } from '../simulator/graph/usage.ts'
import type { SimulatorOptions } from '../simulator/options.ts'
import { createReferenceWorld, REFERENCE_DAYS } from '../simulator/reference-world.ts'
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
  readonly rateLimit?: string
  readonly usage?: string
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

/** How the API of the flags answers, but for its world. Throws UsageError. */
export function parseBehaviour(
  flags: WorldFlags,
): Pick<SimulatorOptions, 'seed' | 'latencyMs' | 'faults' | 'rateLimits' | 'usage'> {
  return {
    seed: parseSeed(flags),
    latencyMs: parseLatency(flags.latency),
    faults: parseFaults(flags.faults),
    rateLimits: parseRateLimit(flags.rateLimit),
    usage: parseUsage(flags.usage),
  }
}

/**
 * `north=1`: the tokens that are good, each for as many accounts, one token's after the other's. Undefined without
 * the flag, when any token is good for all. Throws UsageError.
 */
export function parseTokens(
  list: readonly string[] | undefined,
  { accounts }: World,
): Record<string, readonly string[]> | undefined {
  if (list === undefined) return undefined
  const left = accounts.map(({ id }) => id)
  const tokens = list.map((text) => {
    const [, name = '', count = '0'] = /^([\w-]+)=([1-9]\d{0,4})$/.exec(text) ?? []
    if (name === '' || Number(count) > left.length) {
      throw new UsageError(
        `--token is "${text}"; it must be name=n, such as north=1, of the ${accounts.length} accounts that there are for all tokens.`,
      )
    }
    return [name, left.splice(0, Number(count))] as const
  })
  return Object.fromEntries(tokens)
}

/** `80`, `80..400`, or `80/900`: half of the answers within 80 ms, 99 of 100 within 900. */
function parseLatency(text = '0'): Latency {
  const [, first = '', sign, second] = /^(\d+)(?:(\.\.|\/)(\d+))?$/.exec(text) ?? []
  const [low, high] = [Number(first), Number(second ?? first)]
  const isRight = first !== '' && high <= 60_000 && (sign === '/' ? low > 0 && low < high : low <= high)
  if (!isRight) {
    throw new UsageError(
      `--latency is "${text}"; it must be milliseconds up to 60000: 80 for each call, 80..400 for anything between, or 80/900 for half of the calls within 80 and 99 of 100 within 900.`,
    )
  }
  if (sign === undefined) return low
  return sign === '/' ? { medianMs: low, p99Ms: high } : { leastMs: low, mostMs: high }
}

/** `transient=10%,html=2%`: how many of the calls that it can befall each befalls; all without a share. */
function parseFaults(list = ''): FaultShare[] {
  const parts = list.split(',').filter((part) => part.trim() !== '')
  return parts.map((part) => {
    const [, text = '', percent = '100'] = /^\s*([\w-]+)\s*(?:=\s*(\d+(?:\.\d+)?)\s*%\s*)?$/.exec(part) ?? []
    if (text === '') {
      throw new UsageError(`--faults: "${part.trim()}" is not written name=share%, e.g. transient=10%.`)
    }
    const share = Number(percent) / 100
    if (share > 1) throw new UsageError(`--faults: "${part.trim()}" is more than 100 %.`)
    const name = FAULT_NAMES.find((known) => known === text)
    if (name === undefined) {
      throw new UsageError(`--faults: there is no fault "${text}". Names are ${FAULT_NAMES.join(', ')}.`)
    }
    return { name, share }
  })
}

const TIERS = ['development', 'standard', 'none'] as const

function parseRateLimit(text = 'none'): RateLimits {
  const tier = TIERS.find((name) => name === text)
  if (tier !== undefined) return RATE_LIMITS[tier]
  if (/^[1-9]\d{0,8}$/.test(text)) return callsPerHour(Number(text))
  throw new UsageError(
    `--rate-limit is "${text}"; it must be development, standard, none, or calls an hour in each use case of an ad account.`,
  )
}

/** What the headers say of every limit, whatever is used. */
function parseUsage(text: string | undefined): Partial<UsageLevels> {
  if (text === undefined) return {}
  const percent = parseNumber('--usage', text, 0, 0, 100)
  return {
    appPercent: percent,
    accountPercent: percent,
    businessPercents: { ads_management: percent, ads_insights: percent },
    insightsAppPercent: percent,
    insightsAccountPercent: percent,
  }
}

function parseSeed(flags: WorldFlags): number {
  return parseNumber('--seed', flags.seed, DEFAULTS.seed, 0, 4_294_967_295)
}
