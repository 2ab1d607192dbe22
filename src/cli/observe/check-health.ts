import { DatabaseError } from '../../load/database-error.ts'
import type { Warehouse } from '../../load/session.ts'
import type { Incident } from '../../model/incident.ts'
import { findIncidents, type Health } from '../../observe/find-incidents.ts'
import { readHealth } from '../../observe/read-health.ts'
import { type IncidentReport, type TellOptions, tellIncidents } from '../../observe/tell-incidents.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit-status.ts'

/** Looks at what is wrong and tells it; a role that may only read looks, and tells nobody. */
export async function checkHealth(
  warehouse: Warehouse,
  options: Omit<TellOptions, 'warehouse' | 'nowMs'>,
  { clock, output, signal }: Pick<Context, 'clock' | 'output' | 'signal'>,
): Promise<IncidentReport> {
  const all = { ...options, warehouse, nowMs: () => clock.now() }
  try {
    const report = await tellIncidents(all, signal)
    for (const { message } of report.problems) output.aside(`⚠️ WARNING: ${message}`, 'warning')
    return report
  } catch (error) {
    if (!(error instanceof DatabaseError && error.kind === 'no-permission')) throw error
    output.aside(
      '⚠️ WARNING: incidents are neither noted nor told, since this role only reads; use the role of the syncs.',
      'warning',
    )
    const health = await readHealth(warehouse, options, clock.now())
    const limits = { staleDays: options.staleDays, nowMs: clock.now() }
    return { health, incidents: findIncidents(health, limits), problems: [] }
  }
}

/** How `status --check` ends: by the worst of what is wrong. */
export function statusOfHealth({ lastRuns }: Health, incidents: readonly Incident[]): ExitStatus {
  const kinds = new Set(incidents.map(({ kind }) => kind))
  if (kinds.has('token')) return EXIT.notPermitted
  if (lastRuns.length === 0 || lastRuns.some(({ status }) => status === 'failed')) return EXIT.failed
  if (kinds.has('stale') || kinds.has('check')) return EXIT.checkFailed
  return kinds.has('run') ? EXIT.partial : EXIT.done
}
