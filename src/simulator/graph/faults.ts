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
interface FaultMatch {
  readonly method?: string
  /** `null` matches a node. */
  readonly edge?: string | null
  /** What the path names first, e.g. `act_123`. */
  readonly id?: string | RegExp
  /** Without the version. */
  readonly path?: RegExp
  readonly where?: (call: SimulatedCall) => boolean
}

export interface Fault {
  readonly match?: FaultMatch
  readonly error: NamedError | GraphErrorSpec | TransportFault
  /** How many calls it befalls; 1 when absent. */
  readonly times?: number
  /** How many matching calls it lets pass before. */
  readonly after?: number
  /** For `slow`: how long the answer takes. */
  readonly delayMs?: number
}

export interface FaultScript {
  add(fault: Fault): void
  /** The fault that befalls the call, if any; counts it as used. The first that was added comes first. */
  take(call: SimulatedCall): Fault | null
  /** Those that still wait for a call. */
  unused(): Fault[]
}

export function createFaultScript(): FaultScript {
  const entries: { fault: Fault; left: number; pass: number; used: boolean }[] = []
  return {
    add: (fault) => {
      entries.push({ fault, left: fault.times ?? 1, pass: fault.after ?? 0, used: false })
    },
    take: (call) => {
      const entry = entries.find(
        (each) => each.left > 0 && matches(each.fault.match ?? {}, call) && each.pass-- <= 0,
      )
      if (!entry) return null
      entry.left--
      entry.used = true
      return entry.fault
    },
    unused: () =>
      entries
        .filter(({ left, used }) => (left === Number.POSITIVE_INFINITY ? !used : left > 0))
        .map(({ fault }) => fault),
  }
}

export function isTransportFault(error: Fault['error']): error is TransportFault {
  return TRANSPORT_FAULTS.some((name) => name === error)
}

function matches(match: FaultMatch, call: SimulatedCall): boolean {
  const { method = call.method, edge = call.edge, id, path, where } = match
  if (method !== call.method || edge !== call.edge) return false
  if (id !== undefined && !(typeof id === 'string' ? id === call.id : id.test(call.id ?? ''))) return false
  return (path?.test(call.path) ?? true) && (where?.(call) ?? true)
}
