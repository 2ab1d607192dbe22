import type { Warehouse } from '../../src/load/session.ts'
import {
  type ClickSource,
  FACT_TABLES,
  type FactRow,
  type FactTableName,
  type MeasureKind,
} from '../../src/model/fact.ts'
import type { AnyRow } from './fact-rows.ts'

/** A fact as both sides write it: lookups by their text, numbers as numbers. */
export type PlainFact = Record<string, string | number | null>

/** What `rows` mean, computed the plain way: the law that the merge in SQL must obey. */
export function expectedFacts(
  table: FactTableName,
  rows: readonly FactRow[],
  clickSource: ClickSource | null,
): PlainFact[] {
  const { lookups, candidates } = FACT_TABLES[table]
  const dropped: readonly string[] = candidates ?? []
  const groups = Map.groupBy(
    rows.filter((row) => row.table === table),
    (row: AnyRow) =>
      JSON.stringify([row.date_id, row.ad_id, ...lookups.map((name) => storedText(name, row[name] ?? null))]),
  )
  return [...groups.values()].map((group: AnyRow[]) => {
    const [first = {}] = group
    const measures = Object.entries(FACT_TABLES[table].measures).map(
      ([name, kind]: [string, MeasureKind]) =>
        [
          name,
          combine(
            kind,
            group.map((row) => row[name] ?? null),
          ),
        ] as const,
    )
    const clicks = measures.find(([name]) => name === clickSource)?.[1] ?? 0
    return {
      date_id: Number(first.date_id),
      ad_id: first.ad_id ?? null,
      campaign_id: first.campaign_id ?? null,
      adset_id: first.adset_id ?? null,
      ...Object.fromEntries(lookups.map((name) => [name, storedText(name, first[name] ?? null)])),
      ...Object.fromEntries(measures.filter(([name]) => !dropped.includes(name))),
      ...(candidates === null ? {} : { clicks, click_source: clickSource }),
    }
  })
}

function combine(kind: MeasureKind, values: readonly (string | null)[]): number | null {
  if (kind === 'unique') return values.length === 1 && values[0] ? Number(values[0]) : null
  const cents = values.reduce((sum, value) => sum + Math.round(Number(value) * 100), 0)
  return cents / 100
}

function storedText(lookup: string, value: string | null): string {
  if (value === null || value.toLowerCase() === 'unknown') return 'unknown'
  return lookup === 'country' ? value.toUpperCase() : lookup === 'gender' ? value.toLowerCase() : value
}

/** All facts of `table`, as `expectedFacts` writes them. */
export async function readFacts(warehouse: Warehouse, table: FactTableName): Promise<PlainFact[]> {
  const { lookups } = FACT_TABLES[table]
  const text = (lookup: string) => (lookup === 'country' ? 'country_code' : lookup)
  const texts = lookups.map(
    (lookup) => `, (SELECT CASE d.${lookup}_id WHEN 0 THEN 'unknown' ELSE d.${text(lookup)} END
                      FROM dim_${lookup} d WHERE d.${lookup}_id = f.${lookup}_id) AS ${lookup}`,
  )
  const rows = await warehouse.use((session) => session.query(`SELECT f.*${texts.join('')} FROM ${table} f`))
  const keys = ['account_id', ...lookups.map((lookup) => `${lookup}_id`)]
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row)
        .filter(([name]) => !keys.includes(name))
        .map(([name, value]) => [
          name,
          isText(name, lookups) ? String(value ?? '') || null : toNumber(value),
        ]),
    ),
  )
}

function isText(name: string, lookups: readonly string[]): boolean {
  return name === 'click_source' || lookups.includes(name) || (name !== 'date_id' && name.endsWith('_id'))
}

function toNumber(value: unknown): number | null {
  return value === null ? null : Number(value)
}

/** The same facts in one order, for comparing. */
export function sorted(facts: readonly PlainFact[]): string[] {
  return facts.map((fact) => JSON.stringify(Object.entries(fact).sort())).sort()
}
