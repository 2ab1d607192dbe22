import type { Session } from '../../../src/load/session.ts'
import { FACT_TABLE_NAMES, LOOKUPS } from '../../../src/model/fact.ts'
import { readBuilds } from './builds.ts'

/** Rows as text, in any order, by the part of the warehouse that they are in. */
type Parts = ReadonlyMap<string, readonly string[]>

/** The rows of a warehouse, written so that they are the same for two warehouses with the same facts. */
export interface Contents {
  /** By table; without facts. */
  readonly tables: Parts
  /** By what `factPart` names. */
  readonly facts: Parts
}

/** What tells of runs, and of how requests went, is another for each run. */
const LEFT_OUT = [
  'etl_run',
  'etl_request',
  'etl_sweep',
  'etl_check',
  'etl_api_usage',
  'etl_limit',
  'etl_report_run',
  'etl_request_size',
  'etl_incident',
  'etl_token',
]
const OF_A_RUN = ['run_id', 'reject_id', 'attempts', 'fingerprint']
/** When we did something; the API's own times end in `_time`. */
const OUR_TIME = /_at$|^valid_(from|to)$/

/** The part with the facts of one table, ad account and day, the day as the key of dim_date. */
export function factPart(table: string, accountId: string, dateId: string): string {
  return `${table} of ${accountId} on ${dateId}`
}

/** Empty where there is no warehouse yet. */
export async function readContents(session: Session, schema: string): Promise<Contents> {
  const tables = await session.query(
    `SELECT c.relname AS table, json_agg(a.attname ORDER BY a.attnum) AS columns
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
        AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      GROUP BY c.relname ORDER BY c.relname`,
    [schema],
  )
  const builds = new Map((await readBuilds(session, schema)).map(({ name, of }) => [name, of]))
  const contents = { tables: new Map<string, string[]>(), facts: new Map<string, string[]>() }
  for (const { table, columns } of tables) {
    const relation = String(table)
    // Facts that wait are facts.
    const name: string = builds.get(relation) ?? relation
    if (LEFT_OUT.includes(name)) continue
    const isFact = FACT_TABLE_NAMES.some((fact) => fact === name)
    const values = parseNames(columns).flatMap((column) => toCompared(name, column))
    const rows = await session.query(
      `SELECT ${isFact ? 't.account_id, t.date_id,' : ''} row_to_json(r)::text AS line
         FROM "${relation}" t, LATERAL (SELECT ${values.join(', ')}) r`,
    )
    const parts = Map.groupBy(rows, ({ account_id, date_id }) =>
      isFact ? factPart(name, String(account_id), String(date_id)) : name,
    )
    const kind = contents[isFact ? 'facts' : 'tables']
    for (const [part, own] of parts)
      kind.set(part, [...(kind.get(part) ?? []), ...own.map(({ line }) => String(line))])
  }
  return contents
}

/** In which parts two warehouses differ, each with a row that only one of them has. */
export function differences(found: Contents, expected: Contents): string[] {
  return [...differencesOf(found.tables, expected.tables), ...differencesOf(found.facts, expected.facts)]
}

function differencesOf(found: Parts, expected: Parts): string[] {
  const parts = new Set([...found.keys(), ...expected.keys()])
  return [...parts].flatMap((part) => differenceIn(part, found, expected))
}

export function differenceIn(part: string, found: Parts, expected: Parts): string[] {
  const [have, want] = [found.get(part) ?? [], expected.get(part) ?? []]
  const [surplus] = without(have, want)
  const [missing] = without(want, have)
  if (surplus === undefined && missing === undefined) return []
  const rows = [surplus && `has ${surplus}`, missing && `lacks ${missing}`].filter(Boolean)
  return [`${part}: ${have.length} rows, expected ${want.length}; ${rows.join('; ')}`]
}

/** The lines of `all` that are not in `some`, each as often as it is there more often. */
function without(all: readonly string[], some: readonly string[]): string[] {
  const left = new Map<string, number>()
  for (const line of some) left.set(line, (left.get(line) ?? 0) + 1)
  return all.filter((line) => {
    const count = left.get(line) ?? 0
    left.set(line, count - 1)
    return count <= 0
  })
}

/** A column as it is compared: a surrogate key by its member, a time of ours by whether there is one. */
function toCompared(table: string, column: string): string[] {
  if (OF_A_RUN.includes(column)) return []
  if (OUR_TIME.test(column)) return [`t.${column} IS NULL AS no_${column}`]
  const lookup = LOOKUPS.find((name) => column === `${name}_id`)
  if (lookup === undefined) return [`t.${column}`]
  if (table === `dim_${lookup}`) return [`t.${column} = 0 AS unknown`]
  return [
    `(SELECT to_jsonb(d) - '${column}' FROM dim_${lookup} d WHERE d.${column} = t.${column}) AS ${lookup}`,
  ]
}

function parseNames(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : []
}
