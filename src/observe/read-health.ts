import { type FreshnessScope, readFreshness } from '../load/read-freshness.ts'
import { readLastChecks, readLastRuns } from '../load/read-last-run.ts'
import type { Warehouse } from '../load/session.ts'
import { readTokenStates } from '../load/token-states.ts'
import type { Health } from './find-incidents.ts'

/** What the warehouse knows of the pipeline's health. Reads only. */
export async function readHealth(
  warehouse: Warehouse,
  scope: FreshnessScope,
  nowMs: number,
): Promise<Health> {
  return {
    lastRuns: await readLastRuns(warehouse),
    checks: await readLastChecks(warehouse),
    accounts: await readFreshness(warehouse, scope, nowMs),
    tokens: await readTokenStates(warehouse),
  }
}
