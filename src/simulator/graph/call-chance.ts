import { createHash } from 'node:crypto'
import { chanceOf } from '../world/random.ts'
import type { SimulatedCall } from './call.ts'

/** What chance says of one call: a number in [0, 1) for each purpose, which have nothing to do with each other. */
export type CallChance = (purpose: string) => number

/** So many calls are told from others that ask for the same; those made longest ago count as never made. */
const REMEMBERED = 100_000
/** They say who asks, not for what. */
const IDENTITY_PARAMS = ['access_token', 'appsecret_proof']

/**
 * Chance by what is asked for and the how-many-eth time it is asked, so that the calls of one seed meet the same
 * whatever the order in which they arrive.
 */
export function createCallChances(seed: number): (call: SimulatedCall) => CallChance {
  const times = new Map<string, number>()
  return (call) => {
    const digest = digestOf(call)
    const key = digest.toString('base64')
    const time = times.get(key) ?? 0
    times.delete(key)
    times.set(key, time + 1)
    const [oldest] = times.keys()
    if (times.size > REMEMBERED && oldest !== undefined) times.delete(oldest)
    const parts = [seed, digest.readUInt32BE(0), digest.readUInt32BE(4), time]
    return (purpose) => chanceOf(...parts, ...Buffer.from(purpose))
  }
}

function digestOf({ method, path, params }: SimulatedCall): Buffer {
  const asked = Object.entries(params)
    .filter(([name]) => !IDENTITY_PARAMS.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([method, path, asked]))
    .digest()
    .subarray(0, 8)
}

/** One of the list, which must not be empty. Throws RangeError. */
export function pickBy<T>(chance: number, list: readonly T[]): T {
  const item = list[Math.floor(chance * list.length)]
  if (item === undefined) throw new RangeError('nothing to pick from')
  return item
}
