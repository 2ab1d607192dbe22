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
  /** Resolves when what the others know is known; absent where there are no others. */
  readonly limitsKnown?: Promise<void>
}

export interface LimitsOfApps {
  of(source: Pick<Source, 'appId' | 'accessToken'>): LimitsOfApp
  /** Ends the sharing with other processes; never rejects. */
  close(): Promise<void>
}

/** The limits of each app once, however many sources ask by it. */
export function limitsOfApps(sources: readonly Pick<Source, 'appId' | 'accessToken'>[]): {
  readonly all: readonly SharedLimits[]
  of(source: Pick<Source, 'appId' | 'accessToken'>): LimitsOfApp
} {
  const keys = new Set(sources.map(toAppKey))
  const byKey = new Map([...keys].map((key) => [key, createSharedLimits(key)]))
  return {
    all: [...byKey.values()],
    of(source) {
      const key = toAppKey(source)
      return { sharedLimits: byKey.get(key) ?? createSharedLimits(key) }
    },
  }
}

export function shareLimitsOf(
  sources: readonly Source[],
  warehouse: Warehouse,
  clock: Clock,
  onEvent: (event: SyncEvent) => void,
): LimitsOfApps {
  const limits = limitsOfApps(sources)
  const { known, close } = shareLimits(limits.all, warehouse, clock, (error) =>
    onEvent({ type: 'limits-not-shared', error }),
  )
  return { of: (source) => ({ ...limits.of(source), limitsKnown: known }), close }
}
