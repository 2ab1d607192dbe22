import {
  type ClaimedIncident,
  claimIncidents,
  giveBack,
  noteTold,
  recordIncidents,
} from '../load/incidents.ts'
import type { FreshnessScope } from '../load/read-freshness.ts'
import type { Warehouse } from '../load/session.ts'
import type { Incident } from '../model/incident.ts'
import { findIncidents, type Health, isOver } from './find-incidents.ts'
import { toMessages } from './incident-messages.ts'
import { readHealth } from './read-health.ts'
import type { Webhook } from './webhook.ts'

export interface TellOptions extends FreshnessScope {
  readonly warehouse: Warehouse
  /** Null: incidents are noted in the warehouse, and told once there is one. */
  readonly webhook: Webhook | null
  readonly staleDays: number
  readonly nowMs: () => number
}

export interface IncidentReport {
  readonly health: Health
  /** What is wrong now, the worst first, told or not. */
  readonly incidents: readonly Incident[]
  /** Why somebody could not be told; the next call tries again. */
  readonly problems: readonly Error[]
}

/**
 * Looks at what the warehouse knows of the pipeline, opens and closes incidents, and tells each once when it begins and
 * once when it is over, however many processes do this at the same time. Called at the end of each run, and by
 * `fbads status --check` when no run comes. Rejects when the warehouse cannot be read or written.
 */
export async function tellIncidents(options: TellOptions, signal: AbortSignal): Promise<IncidentReport> {
  const { warehouse, webhook, staleDays, nowMs } = options
  const health = await readHealth(warehouse, options, nowMs())
  const incidents = findIncidents(health, { staleDays, nowMs: nowMs() })
  await recordIncidents(warehouse, incidents, (open) => isOver(open, incidents, health), nowMs())
  const problems = webhook === null ? [] : await tellClaimed(warehouse, webhook, nowMs, signal)
  return { health, incidents, problems }
}

async function tellClaimed(
  warehouse: Warehouse,
  webhook: Webhook,
  nowMs: () => number,
  signal: AbortSignal,
): Promise<Error[]> {
  const problems: Error[] = []
  const untold: ClaimedIncident[] = []
  for (const { text, incidents } of toMessages(await claimIncidents(warehouse), placeOf(warehouse))) {
    try {
      await webhook(text, signal)
    } catch (error) {
      problems.push(error instanceof Error ? error : new Error(String(error)))
      untold.push(...incidents)
      continue
    }
    await noteTold(warehouse, incidents, nowMs())
  }
  if (untold.length > 0) await giveBack(warehouse, untold)
  return problems
}

function placeOf({ location, schema }: Warehouse): string {
  return `${schema} in ${location}`
}
