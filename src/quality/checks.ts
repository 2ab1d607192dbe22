import type { CheckResult, ReadRows } from '../model/quality.ts'
import { checkClicks } from './click-checks.ts'
import { checkCoverage } from './coverage-checks.ts'
import { checkIdIntegrity, checkOrphans, checkRejects } from './integrity-checks.ts'
import { checkMetadata } from './metadata-checks.ts'
import { reconcileBreakdowns, reconcileWithApi } from './reconcile.ts'
import { checkRefusedFields } from './refused-field-checks.ts'
import type { CheckScope } from './scope.ts'

/** Every check, in the order in which people read them. */
const CHECKS: readonly ((read: ReadRows, scope: CheckScope) => Promise<CheckResult[]>)[] = [
  checkIdIntegrity,
  checkMetadata,
  checkOrphans,
  checkRejects,
  checkRefusedFields,
  checkClicks,
  checkCoverage,
  reconcileWithApi,
  reconcileBreakdowns,
]

/** Looks at what is loaded. Reads only; one query at a time, since the embedded warehouse has one connection. */
export async function runChecks(read: ReadRows, scope: CheckScope): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  for (const check of CHECKS) results.push(...(await check(read, scope)))
  return results
}
