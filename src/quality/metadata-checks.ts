import { AD_OBJECT_KINDS, AD_OBJECT_LABELS, type AdObjectKind } from '../model/ad-object.ts'
import { DIMENSIONS } from '../model/dimension.ts'
import type { CheckResult, ReadRows } from '../model/quality.ts'
import { percent } from './figures.ts'
import { type CheckScope, factTables, IN_SCOPE, scopeParams } from './scope.ts'

const PLURALS = { campaign: 'campaigns', adset: 'ad sets', ad: 'ads' } as const satisfies Record<
  AdObjectKind,
  string
>

/** Of the campaigns, ad sets and ads that the facts name: how many have their metadata, name and status. */
export async function checkMetadata(read: ReadRows, scope: CheckScope): Promise<CheckResult[]> {
  const results: CheckResult[] = []
  for (const kind of AD_OBJECT_KINDS) results.push(...(await checkKind(read, scope, kind)))
  return results
}

async function checkKind(read: ReadRows, scope: CheckScope, kind: AdObjectKind): Promise<CheckResult[]> {
  const { table, key } = DIMENSIONS[kind]
  const unknown = `Unknown ${AD_OBJECT_LABELS[kind]}`
  const named = factTables(scope)
    .map((name) => `SELECT f.${key} FROM ${name} f WHERE ${IN_SCOPE} AND f.${key} <> 0`)
    .join(' UNION ')
  const [counts] = await read(
    `SELECT count(*)::int AS ids,
            (count(*) FILTER (WHERE d.status <> 'UNKNOWN'))::int AS known,
            (count(*) FILTER (WHERE d.name = $4))::int AS nameless,
            (count(*) FILTER (WHERE d.effective_status = 'UNKNOWN'))::int AS statusless
     FROM (${named}) ids
     JOIN ${table} d ON d.${key} = ids.${key}`,
    [...scopeParams(scope), unknown],
  )
  const ids = Number(counts?.ids ?? 0)
  const known = Number(counts?.known ?? 0)
  const nameless = ids === 0 ? 0 : Number(counts?.nameless) / ids
  const statusless = ids === 0 ? 0 : Number(counts?.statusless) / ids
  const { unknownNames, unknownStatuses } = scope.thresholds
  const fix = 'See the metadata errors of this run; the next sync that gets the metadata fills it in.'
  return [
    {
      name: `metadata_overlap_${kind}`,
      status: known < ids * (1 - unknownStatuses) ? 'warn' : 'pass',
      measured: `${known} out of ${ids} data IDs`,
      threshold: `at least ${percent(1 - unknownStatuses)}`,
      detail:
        ids > 0 && known === 0
          ? `No matching ${AD_OBJECT_LABELS[kind].toLowerCase()} IDs between data and metadata! ${fix}`
          : `${PLURALS[kind]} of the facts that the object API describes`,
    },
    {
      name: `unknown_${kind}_names`,
      status: nameless > unknownNames ? 'warn' : 'pass',
      measured: percent(nameless),
      threshold: `at most ${percent(unknownNames)}`,
      detail: `${percent(nameless)} of ${PLURALS[kind]} have '${unknown}' name${nameless > unknownNames ? `. ${fix}` : ''}`,
    },
    {
      name: `unknown_${kind}_statuses`,
      status: statusless > unknownStatuses ? 'warn' : 'pass',
      measured: percent(statusless),
      threshold: `at most ${percent(unknownStatuses)}`,
      detail: `${percent(statusless)} of ${PLURALS[kind]} have status UNKNOWN${statusless > unknownStatuses ? `. ${fix}` : ''}`,
    },
  ]
}
