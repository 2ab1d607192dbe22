import type { CheckResult } from '../model/quality.ts'
import { examples } from './figures.ts'
import { accountLabel, accountsById, type CheckScope } from './scope.ts'

/** Fields that the API did not give, so that what is measured by them is not what was delivered. */
export function checkRefusedFields(scope: CheckScope): CheckResult[] {
  const { refusedFields } = scope
  if (refusedFields === null) return []
  const accounts = accountsById(scope)
  const lines = refusedFields.map(
    ({ accountId, field }) => `${field} of ${accountLabel(accounts, accountId)}`,
  )
  return [
    {
      name: 'refused_fields',
      status: lines.length > 0 ? 'warn' : 'pass',
      measured: String(lines.length),
      threshold: '0',
      detail:
        lines.length > 0
          ? `the API refuses ${examples(lines)}. What is measured by them is 0 in the days of this run, reach and frequency are NULL; another API version may still have them.`
          : 'fields that the API refuses',
    },
  ]
}
