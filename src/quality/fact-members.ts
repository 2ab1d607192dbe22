import { AD_OBJECT_KINDS, AD_OBJECT_LABELS, type AdObjectKind } from '../model/ad-object.ts'
import { DIMENSIONS } from '../model/dimension.ts'
import type { ReadRows } from '../model/quality.ts'
import { type CheckScope, factTables, IN_SCOPE, scopeParams, toArray } from './scope.ts'

/** What the facts name of one kind of object. */
export interface NamedMembers {
  /** Campaigns, ad sets or ads that any fact names and the dimension has, without the unknown one. */
  readonly ids: number
  /** Of these: with metadata; without a name; without a status. */
  readonly known: number
  readonly nameless: number
  readonly statusless: number
  /** Fact rows that name a member which the dimension lacks. */
  readonly orphans: number
  /** Ids that the API sent and no fact has. */
  readonly lost: readonly string[]
}

export type FactMembers = Readonly<Record<AdObjectKind, NamedMembers>>

const NONE: NamedMembers = { ids: 0, known: 0, nameless: 0, statusless: 0, orphans: 0, lost: [] }

/** Reads each fact of the scope once, for all that is asked of its members. */
export async function readFactMembers(read: ReadRows, scope: CheckScope): Promise<FactMembers> {
  const tables = factTables(scope)
  if (tables.length === 0) return { campaign: NONE, adset: NONE, ad: NONE }
  const keys = AD_OBJECT_KINDS.map((kind) => `f.${DIMENSIONS[kind].key}`).join(', ')
  const named = tables.map(
    (table) => `SELECT ${keys}, count(*) AS rows FROM ${table} f WHERE ${IN_SCOPE} GROUP BY ${keys}`,
  )
  const rows = await read(
    `WITH named AS MATERIALIZED (${named.join(' UNION ALL ')}) ${AD_OBJECT_KINDS.map(kindSql).join(' UNION ALL ')}`,
    [...scopeParams(scope), ...AD_OBJECT_KINDS.map((kind) => toArray(scope.seenIds?.[kind] ?? []))],
  )
  const membersOf = (kind: AdObjectKind): NamedMembers => {
    const row = rows.find((each) => each.kind === kind)
    const number = (column: string) => Number(row?.[column] ?? 0)
    return {
      ids: number('ids'),
      known: number('known'),
      nameless: number('nameless'),
      statusless: number('statusless'),
      orphans: number('orphans'),
      lost: Array.isArray(row?.lost) ? row.lost.map(String) : [],
    }
  }
  return { campaign: membersOf('campaign'), adset: membersOf('adset'), ad: membersOf('ad') }
}

function kindSql(kind: AdObjectKind, index: number): string {
  const { table, key } = DIMENSIONS[kind]
  const seen = `unnest($${4 + index}::bigint[])`
  return `
    SELECT '${kind}' AS kind,
           count(d.${key}) FILTER (WHERE m.id <> 0) AS ids,
           count(*) FILTER (WHERE m.id <> 0 AND d.status <> 'UNKNOWN') AS known,
           count(*) FILTER (WHERE m.id <> 0 AND d.name = 'Unknown ${AD_OBJECT_LABELS[kind]}') AS nameless,
           count(*) FILTER (WHERE m.id <> 0 AND d.effective_status = 'UNKNOWN') AS statusless,
           coalesce(sum(m.rows) FILTER (WHERE d.${key} IS NULL), 0) AS orphans,
           (SELECT json_agg(lost.id::text ORDER BY lost.id)
              FROM (SELECT seen.id FROM ${seen} AS seen (id) EXCEPT SELECT n.${key} FROM named n) lost) AS lost
      FROM (SELECT n.${key} AS id, sum(n.rows) AS rows FROM named n GROUP BY 1) m
      LEFT JOIN ${table} d ON d.${key} = m.id`
}
