import type { CheckResult, ReadRows } from '../model/quality.ts'
import { checkClicks } from './click-checks.ts'
import { checkCoverage } from './coverage-checks.ts'
import { readFactMembers } from './fact-members.ts'
import { checkIdIntegrity, checkOrphans, checkRejects } from './integrity-checks.ts'
import { checkMetadata } from './metadata-checks.ts'
import { reconcileBreakdowns, reconcileWithApi } from './reconcile.ts'
import { checkRefusedFields } from './refused-field-checks.ts'
import type { CheckScope } from './scope.ts'

/** Every check of the facts' figures, in the order in which people read them. */
const FIGURE_CHECKS: readonly ((read: ReadRows, scope: CheckScope) => Promise<CheckResult[]>)[] = [
  checkClicks,
  checkCoverage,
  reconcileWithApi,
  reconcileBreakdowns,
]

/** Looks at what is loaded. Reads only; one query at a time, since the embedded warehouse has one connection. */
export async function runChecks(read: ReadRows, scope: CheckScope): Promise<CheckResult[]> {
  const members = await readFactMembers(read, scope)
  const results = [
    ...checkIdIntegrity(scope, members),
    ...checkMetadata(scope, members),
    checkOrphans(members),
    ...(await checkRejects(read, scope)),
    ...checkRefusedFields(scope),
  ]
  for (const check of FIGURE_CHECKS) results.push(...(await check(read, scope)))
  return results
}
