import type { SimulatedCall } from './call.ts'
import type { GraphErrorSpec, NamedError } from './named-errors.ts'

/** What goes wrong outside of the API's own words. */
export const TRANSPORT_FAULTS = [
  'html-502',
  'empty-body',
  'truncated-json',
  'unavailable-200',
  'error-200',
  'connection-reset',
  'slow',
] as const
export type TransportFault = (typeof TRANSPORT_FAULTS)[number]

/** Every condition that is given must hold; none matches each call. */
interface CallMatch {
  readonly method?: string
  /** `null` matches a node. */
  readonly edge?: string | null
  /** What the path names first, e.g. `act_123`. */
  readonly id?: string | RegExp
  /** Without the version. */
  readonly path?: RegExp
  readonly where?: (call: SimulatedCall) => boolean
}

interface Scripted {
  readonly match?: CallMatch
  /** How many calls it befalls; 1 when absent. */
  readonly times?: number
  /** How many matching calls it lets pass before. */
  readonly after?: number
}

/** What happens to the world right before a call, which is then answered. */
export interface Happening extends Scripted {
  readonly act: () => void
}

export interface Fault extends Scripted {
  readonly error: NamedError | GraphErrorSpec | TransportFault
  /** For `slow`: how long the answer takes; a minute when absent. */
  readonly delayMs?: number
}

export interface CallScript<T extends Scripted> {
  add(item: T): void
  /** What befalls the call, if anything; counts it as used. The first that was added comes first. */
  take(call: SimulatedCall): T | null
  /** Those that still wait for a call. */
  unused(): T[]
}

export function createCallScript<T extends Scripted>(): CallScript<T> {
  const entries: { item: T; left: number; pass: number; used: boolean }[] = []
  return {
    add: (item) => {
      entries.push({ item, left: item.times ?? 1, pass: item.after ?? 0, used: false })
    },
    take: (call) => {
      const entry = entries.find(
        (each) => each.left > 0 && matches(each.item.match ?? {}, call) && each.pass-- <= 0,
      )
      if (!entry) return null
      entry.left--
      entry.used = true
      return entry.item
    },
    unused: () =>
      entries
        .filter(({ left, used }) => (left === Number.POSITIVE_INFINITY ? !used : left > 0))
        .map(({ item }) => item),
  }
}

export function isTransportFault(error: unknown): error is TransportFault {
  return TRANSPORT_FAULTS.some((name) => name === error)
}

function matches(match: CallMatch, call: SimulatedCall): boolean {
  const { method = call.method, edge = call.edge, id, path, where } = match
  if (method !== call.method || edge !== call.edge) return false
  if (id !== undefined && !(typeof id === 'string' ? id === call.id : id.test(call.id ?? ''))) return false
  return (path?.test(call.path) ?? true) && (where?.(call) ?? true)
}
