import {
  CLICK_SOURCES,
  FACT_TABLES,
  type FactTableName,
  type Lookup,
  type MeasureKind,
} from '../model/fact.ts'

/** The columns of a fact table, by their part in a load. */
export interface FactColumns {
  /** The primary key: what tells rows apart. */
  readonly key: readonly string[]
  readonly lookups: readonly Lookup[]
  /** The keys that are not part of the primary key. */
  readonly parents: readonly string[]
  /** What a staged row carries besides its keys, and how it combines. */
  readonly staged: readonly (readonly [string, MeasureKind])[]
  /** Whether `clicks` and `click_source` are made of what is staged. */
  readonly hasClicks: boolean
  /** What the table keeps of it besides the primary key, in no particular order. */
  readonly kept: readonly string[]
  /** Staged, and not kept. */
  readonly candidates: readonly string[]
}

export function factColumns(table: FactTableName): FactColumns {
  const { lookups, measures, candidates } = FACT_TABLES[table]
  const dropped: readonly string[] = candidates ?? []
  const parents = ['campaign_id', 'adset_id']
  return {
    key: ['account_id', 'date_id', 'ad_id', ...lookups.map((lookup) => `${lookup}_id`)],
    lookups,
    parents,
    staged: Object.entries(measures),
    hasClicks: candidates !== null,
    kept: [
      ...parents,
      ...Object.keys(measures).filter((measure) => !dropped.includes(measure)),
      ...(candidates === null ? [] : ['clicks', 'click_source']),
    ],
    candidates: CLICK_SOURCES.filter((source) => dropped.includes(source)),
  }
}
