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

/** Looks at what is loaded, all at once. Reads only. */
export async function runChecks(read: ReadRows, scope: CheckScope): Promise<CheckResult[]> {
  const [members, rejects, ...figures] = await Promise.all([
    readFactMembers(read, scope),
    checkRejects(read, scope),
    ...FIGURE_CHECKS.map((check) => check(read, scope)),
  ])
  return [
    ...checkIdIntegrity(scope, members),
    ...checkMetadata(scope, members),
    checkOrphans(members),
    ...rejects,
    ...checkRefusedFields(scope),
    ...figures.flat(),
  ]
}
