import { AD_OBJECT_KINDS, AD_OBJECT_LABELS, type AdObjectKind } from '../model/ad-object.ts'
import { DIMENSIONS } from '../model/dimension.ts'
import type { CheckResult, ReadRows } from '../model/quality.ts'
import { examples } from './figures.ts'
import { type CheckScope, factTables, IN_SCOPE, scopeParams, toArray } from './scope.ts'

/** Every id that the API sent stands in the facts, digit by digit; empty when nothing was extracted. */
export async function checkIdIntegrity(read: ReadRows, scope: CheckScope): Promise<CheckResult[]> {
  const { seenIds } = scope
  if (seenIds === null) return []
  const results: CheckResult[] = []
  for (const kind of AD_OBJECT_KINDS) {
    const seen = seenIds[kind]
    const label = AD_OBJECT_LABELS[kind].toLowerCase()
    const { key } = DIMENSIONS[kind]
    const stored = factTables(scope).map((table) => `SELECT f.${key} FROM ${table} f WHERE ${IN_SCOPE}`)
    const lost = await read(
      `SELECT id FROM unnest($4::bigint[]) AS seen (id) EXCEPT (${stored.join(' UNION ')}) ORDER BY 1`,
      [...scopeParams(scope), toArray(seen)],
    )
    results.push({
      name: `id_integrity_${kind}`,
      status: lost.length > 0 ? 'fail' : 'pass',
      measured: `${seen.size - lost.length} of ${seen.size} ${label} ids`,
      threshold: 'all',
      detail:
        lost.length > 0
          ? `ID CORRUPTION DETECTED: the API sent ${examples(lost.map((row) => String(row.id)))}, which no fact has. Please report this as a bug.`
          : `ids of the API that the facts have, digit by digit`,
    })
  }
  return results
}

/** No fact names a campaign, ad set or ad that its dimension lacks. */
export async function checkOrphans(read: ReadRows, scope: CheckScope): Promise<CheckResult[]> {
  let orphans = 0
  for (const table of factTables(scope)) {
    for (const kind of AD_OBJECT_KINDS) orphans += await countOrphans(read, scope, table, kind)
  }
  return [
    {
      name: 'orphan_facts',
      status: orphans > 0 ? 'fail' : 'pass',
      measured: String(orphans),
      threshold: '0',
      detail: 'fact rows whose campaign, ad set or ad is in no dimension',
    },
  ]
}

async function countOrphans(
  read: ReadRows,
  scope: CheckScope,
  table: string,
  kind: AdObjectKind,
): Promise<number> {
  const { table: dimension, key } = DIMENSIONS[kind]
  const [row] = await read(
    `SELECT coalesce(sum(ids.rows), 0)::bigint AS orphans
     FROM (SELECT f.${key} AS id, count(*) AS rows FROM ${table} f WHERE ${IN_SCOPE} GROUP BY 1) ids
     LEFT JOIN ${dimension} d ON d.${key} = ids.id WHERE d.${key} IS NULL`,
    scopeParams(scope),
  )
  return Number(row?.orphans ?? 0)
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
