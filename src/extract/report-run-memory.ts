import { createHash } from 'node:crypto'
import type { SubmittedRun } from '../model/request-size.ts'
import type { ApiCall } from './api-call.ts'

/** Keeps which report runs are under way, so that a run outlives the process that asked for it. */
export interface ReportRunMemory {
  /** The run that was submitted for the same, if its figures are still as good as those of a new one. */
  find(fingerprint: string): Promise<SubmittedRun | null>
  keep(fingerprint: string, run: SubmittedRun): Promise<void>
  forget(fingerprint: string): Promise<void>
}

/** The same for calls that ask for the same, as hex. */
export function fingerprintOf({ path, params }: ApiCall): string {
  const sorted = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([path, sorted]))
    .digest('hex')
}
