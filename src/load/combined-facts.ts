import { toDateId } from '../model/calendar-date.ts'
import { CLICK_SOURCES, type FactTableName, type MeasureKind } from '../model/fact.ts'
import type { RequestOutcome } from '../model/slice.ts'
import { factColumns } from './fact-columns.ts'
import { quoteIdentifier } from './quote-identifier.ts'

const COMBINE: Readonly<Record<MeasureKind, (column: string) => string>> = {
  count: (column) => `coalesce(sum(s.${column}), 0)`,
  amount: (column) => `coalesce(sum(s.${column}), 0)`,
  unique: (column) => `CASE WHEN count(*) = 1 THEN max(s.${column}) END`,
}

/**
 * The query for the rows of `staged` as `table` holds them, with all of its columns: one row for each key, `clicks`
 * from the source of its day. A parent that only some of the rows know is known.
 */
export function combinedSql(
  table: FactTableName,
  staged: string,
  clickSources: RequestOutcome['clickSources'],
): string {
  const { key, parents, measures, candidates, hasClicks } = factColumns(table)
  const keys = key.map((column) => `s.${column}`)
  const clicks = CLICK_SOURCES.map((source) => `WHEN '${source}' THEN sum(s.${source})`).join(' ')
  const columns = [
    ...keys,
    ...parents.map((column) => `max(s.${column}) AS ${column}`),
    ...measures
      .filter(([column]) => !candidates.some((candidate) => candidate === column))
      .map(([column, kind]) => `${COMBINE[kind](column)} AS ${column}`),
    ...(hasClicks ? [`coalesce(CASE c.click_source ${clicks} END, 0) AS clicks`, 'c.click_source'] : []),
  ]
  const dates = [...clickSources.keys()].map(toDateId)
  const chosen = `unnest('{${dates.join(',')}}'::integer[], '{${[...clickSources.values()].join(',')}}'::text[])`
  return `
    SELECT ${columns.join(', ')} FROM ${quoteIdentifier(staged)} s
      LEFT JOIN ${chosen} AS c (date_id, click_source) ON c.date_id = s.date_id
     GROUP BY ${[...keys, 'c.click_source'].join(', ')}`
}
