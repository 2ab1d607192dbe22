import { AD_OBJECT_KINDS, AD_OBJECT_LABELS } from '../model/ad-object.ts'
import type { CheckResult, ReadRows } from '../model/quality.ts'
import type { FactMembers } from './fact-members.ts'
import { examples } from './figures.ts'
import type { CheckScope } from './scope.ts'

/** Every id that the API sent stands in the facts, digit by digit; empty when nothing was extracted. */
export function checkIdIntegrity({ seenIds }: CheckScope, members: FactMembers): CheckResult[] {
  if (seenIds === null) return []
  return AD_OBJECT_KINDS.map((kind) => {
    const seen = seenIds[kind].size
    const { lost } = members[kind]
    return {
      name: `id_integrity_${kind}`,
      status: lost.length > 0 ? 'fail' : 'pass',
      measured: `${seen - lost.length} of ${seen} ${AD_OBJECT_LABELS[kind].toLowerCase()} ids`,
      threshold: 'all',
      detail:
        lost.length > 0
          ? `ID CORRUPTION DETECTED: the API sent ${examples(lost)}, which no fact has. Please report this as a bug.`
          : `ids of the API that the facts have, digit by digit`,
    }
  })
}

/** No fact names a campaign, ad set or ad that its dimension lacks. */
export function checkOrphans(members: FactMembers): CheckResult {
  const orphans = AD_OBJECT_KINDS.reduce((sum, kind) => sum + members[kind].orphans, 0)
  return {
    name: 'orphan_facts',
    status: orphans > 0 ? 'fail' : 'pass',
    measured: String(orphans),
    threshold: '0',
    detail: 'fact rows whose campaign, ad set or ad is in no dimension',
  }
}

/** Rows of the API that could not be understood. */
export async function checkRejects(read: ReadRows, scope: CheckScope): Promise<CheckResult[]> {
  if (scope.runId === null) return []
  const rows = await read(
    `SELECT r.reason, sum(r.source_rows) AS rows, sum(sum(r.source_rows)) OVER () AS total
     FROM etl_reject r WHERE r.run_id = $1 GROUP BY 1 ORDER BY 2 DESC LIMIT 5`,
    [scope.runId],
  )
  const total = Number(rows[0]?.total ?? 0)
  return [
    {
      name: 'rejected_rows',
      status: total > 0 ? 'fail' : 'pass',
      measured: String(total),
      threshold: '0',
      detail:
        total > 0
          ? `rows that could not be understood: ${rows.map((row) => `${row.rows} × ${row.reason}`).join('; ')}. They are kept in etl_reject.`
          : 'rows of the API that could not be understood',
    },
  ]
}
