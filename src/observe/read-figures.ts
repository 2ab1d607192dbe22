import { countOpenIncidents } from '../load/incidents.ts'
import { countSlices } from '../load/ledger.ts'
import { type FreshnessScope, readFreshness } from '../load/read-freshness.ts'
import { readLastRuns } from '../load/read-last-run.ts'
import type { Warehouse } from '../load/session.ts'
import { readTokenStates } from '../load/token-states.ts'
import type { WarehouseFigures } from './warehouse-gauges.ts'

/** What the gauges show of a warehouse. Reads only. */
export async function readWarehouseFigures(
  warehouse: Warehouse,
  scope: FreshnessScope,
  nowMs: number,
): Promise<WarehouseFigures> {
  return {
    slices: await countSlices(warehouse),
    lastRun: (await readLastRuns(warehouse))[0] ?? null,
    accounts: await readFreshness(warehouse, scope, nowMs),
    tokens: await readTokenStates(warehouse),
    incidents: await countOpenIncidents(warehouse),
  }
}
