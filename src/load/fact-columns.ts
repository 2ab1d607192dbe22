import {
  CLICK_SOURCES,
  type ClickSource,
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
  readonly measures: readonly (readonly [string, MeasureKind])[]
  /** Whether the table has `clicks` and `click_source`, which are known only when all rows of a day are. */
  readonly hasClicks: boolean
  /** What each row of a load brings by itself and the table keeps: all but the two. */
  readonly own: readonly string[]
  /** What rows bring besides, only to choose the clicks from. */
  readonly candidates: readonly ClickSource[]
  /** All columns of the table, in no particular order. */
  readonly all: readonly string[]
  /** All but the primary key. */
  readonly kept: readonly string[]
}

const COLUMNS = new Map(Object.keys(FACT_TABLES).map((table) => [table, describe(table as FactTableName)]))

export function factColumns(table: FactTableName): FactColumns {
  return COLUMNS.get(table) ?? describe(table)
}

function describe(table: FactTableName): FactColumns {
  const { lookups, measures, candidates } = FACT_TABLES[table]
  const dropped: readonly string[] = candidates ?? []
  const hasClicks = candidates !== null
  const key = ['account_id', 'date_id', 'ad_id', ...lookups.map((lookup) => `${lookup}_id`)]
  const parents = ['campaign_id', 'adset_id']
  const own = [...key, ...parents, ...Object.keys(measures).filter((measure) => !dropped.includes(measure))]
  const all = [...own, ...(hasClicks ? ['clicks', 'click_source'] : [])]
  return {
    key,
    lookups,
    parents,
    measures: Object.entries(measures),
    hasClicks,
    own,
    candidates: CLICK_SOURCES.filter((source) => dropped.includes(source)),
    all,
    kept: all.slice(key.length),
  }
}
