import type { CalendarDate } from '../../model/calendar-date.ts'
import type { DateRange } from '../date-range.ts'
import { factFilter } from '../fact-filter.ts'
import { type MeasureName, selectMeasures } from '../measures.ts'
import type { PanelContext } from '../panel.ts'
import { type Sql, sql } from '../sql.ts'

/** Figures as PostgreSQL writes them; null where there is nothing to divide by. */
export type Figures<Name extends MeasureName = MeasureName> = Readonly<Record<Name, string | null>>

export const OVERVIEW_MEASURES = [
  'spend',
  'impressions',
  'link_clicks',
  'ctr',
  'cpc',
  'cpm',
  'purchases',
  'cost_per_purchase',
  'roas',
  'purchase_value',
] as const satisfies readonly MeasureName[]

export type OverviewFigures = Figures<(typeof OVERVIEW_MEASURES)[number]>

export interface Period {
  readonly total: OverviewFigures
  /** Only days that have facts. */
  readonly days: readonly (OverviewFigures & { readonly date: CalendarDate })[]
}

/** Each day’s figures and those of all days, of the facts `f` that the filter and `conditions` leave. */
export async function readPeriod(
  { scope, reader }: PanelContext,
  range: DateRange,
  ...conditions: readonly Sql[]
): Promise<Period> {
  const rows = await reader.read(sql`
    SELECT d.date, m.* FROM (
      SELECT f.date_id, ${selectMeasures(OVERVIEW_MEASURES)}
      FROM fact_core_metrics f
      WHERE ${factFilter(scope, range, ...conditions)}
      GROUP BY GROUPING SETS ((f.date_id), ())
    ) m LEFT JOIN dim_date d ON d.date_id = m.date_id
    ORDER BY d.date`)
  const figures = rows as unknown as (OverviewFigures & { date: CalendarDate | null })[]
  const total = figures.find(({ date }) => date === null)
  if (total === undefined) throw new Error('An aggregate has no row of totals.')
  return {
    total,
    days: figures.flatMap((row) => (row.date === null ? [] : [{ ...row, date: row.date }])),
  }
}
