import { toAppKey } from '../extract/app-key.ts'
import { createSharedLimits, type SharedLimits } from '../extract/shared-limits.ts'
import type { Warehouse } from '../load/session.ts'
import type { Clock } from '../model/clock.ts'
import { shareLimits } from '../pipeline/share-limits.ts'
import type { SyncEvent } from '../pipeline/sync-event.ts'
import type { Source } from './config.ts'

/** The rate limits of an app, in common to all APIs of this process and, through the warehouse, to other processes. */
export interface LimitsOfApp {
  readonly sharedLimits: SharedLimits
  /** Resolves when what the others know is known. */
  readonly limitsKnown: Promise<void>
  /** Ends the sharing with other processes; never rejects. */
  close(): Promise<void>
}

export function shareLimitsOf(
  source: Source,
  warehouse: Warehouse,
  clock: Clock,
  onEvent: (event: SyncEvent) => void,
): LimitsOfApp {
  const sharedLimits = createSharedLimits(toAppKey(source))
  const { known, close } = shareLimits([sharedLimits], warehouse, clock, (error) =>
    onEvent({ type: 'limits-not-shared', error }),
  )
  return { sharedLimits, limitsKnown: known, close }
}
