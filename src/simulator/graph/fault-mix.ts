import { type CallChance, pickBy } from './call-chance.ts'
import { type ExposedCall, FAULT_KINDS, type FaultKind, MISHAPS, type Mishap } from './fault-kinds.ts'
import { isTransportFault, TRANSPORT_FAULTS, type TransportFault } from './faults.ts'
import { ERROR_NAMES, type NamedError } from './named-errors.ts'

/** `all` is each kind that can befall the call, as often as any other. */
export type FaultName = 'all' | FaultKind | TransportFault | NamedError
export const FAULT_NAMES: readonly FaultName[] = [
  ...new Set<FaultName>(['all', ...FAULT_KINDS, ...TRANSPORT_FAULTS, ...ERROR_NAMES]),
]

/** How many of the calls that it can befall something befalls, from 0 to 1. */
export interface FaultShare {
  readonly name: FaultName
  readonly share: number
}

/** What goes wrong by chance. */
export interface FaultMix {
  /** What befalls the call, if anything: the first of the shares that does. */
  take(call: ExposedCall, chance: CallChance): Mishap | null
  /** How many calls something has befallen, by kind, or by the name of a single error. */
  readonly befallen: ReadonlyMap<string, number>
}

export function createFaultMix(shares: readonly FaultShare[]): FaultMix {
  const befallen = new Map<string, number>()
  return {
    take(call, chance) {
      for (const { name, share } of shares) {
        if (chance(`whether ${name}`) >= share) continue
        const kinds = kindsOf(name).filter((kind) => MISHAPS[kind](call).length > 0)
        const kind = kinds.length === 0 ? null : pickBy(chance('which kind'), kinds)
        const mishaps = kind === null ? singleOf(name) : MISHAPS[kind](call)
        if (mishaps.length === 0) continue
        const counted = kind ?? name
        befallen.set(counted, (befallen.get(counted) ?? 0) + 1)
        return pickBy(chance('which mishap'), mishaps)
      }
      return null
    },
    befallen,
  }
}

function kindsOf(name: FaultName): readonly FaultKind[] {
  return FAULT_KINDS.filter((kind) => name === 'all' || name === kind)
}

/** The error of that name; none when it is the name of a kind. */
function singleOf(name: FaultName): readonly Mishap[] {
  const named = ERROR_NAMES.find((error) => error === name)
  if (named !== undefined) return [{ error: named }]
  return name !== 'all' && name !== 'slow' && isTransportFault(name) ? [{ error: name }] : []
}
