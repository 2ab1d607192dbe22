import type { Warehouse } from '../../../src/load/session.ts'
import { DEFAULT_THRESHOLDS } from '../../../src/quality/thresholds.ts'
import type { Fleet } from '../../../src/worker/fleet.ts'
import type { Queue } from '../../../src/worker/queue.ts'

/** A fleet without tokens, on a clock of the test's: a run of it is over as soon as it has begun. */
export function createIdleFleet(warehouse: Warehouse, queue: Queue, nowMs: () => number): Fleet {
  return {
    warehouse,
    queue,
    clock: { now: nowMs, sleep: async () => undefined, random: () => 0.5 },
    sources: [],
    settings: {
      reports: ['core'],
      firstPullDays: 1,
      dailyPullDays: 1,
      chunkDays: 1,
      extraFields: [],
      thresholds: DEFAULT_THRESHOLDS,
      maxPerAccount: 4,
      laterMs: 30_000,
    },
    onEvent: () => undefined,
    onClosed: async () => undefined,
  }
}
