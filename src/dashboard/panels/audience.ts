import { daysOf } from '../../model/calendar-date.ts'
import type { ReportName } from '../../model/report.ts'
import { factFilter } from '../fact-filter.ts'
import { BREAKDOWN_MEASURES, selectMeasures } from '../measures.ts'
import type { Panel, PanelContext } from '../panel.ts'
import type { Reader } from '../reader.ts'
import type { Scope } from '../scope.ts'
import { type Sql, sql } from '../sql.ts'
import type { Figures } from './figures-by-day.ts'

export interface Segmented<Row> {
  readonly rows: readonly Row[]
  /** Of the same facts without the breakdown: Meta leaves some out of it, so the rows need not add up to this. */
  readonly total: Partial<Figures>
  /** Days of the range of which this report is not loaded for every account. */
  readonly holes: number
}

export interface AgeGenderRow extends Partial<Figures> {
  readonly age: string
  readonly gender: string
}

export interface CountryRow extends Partial<Figures> {
  /** ISO 3166-1 alpha-2, or `unknown`. */
  readonly code: string
  readonly name: string
}

const MEASURES = selectMeasures(BREAKDOWN_MEASURES)

export const ageGender: Panel<Segmented<AgeGenderRow>> = (context) =>
  readSegments(
    context,
    'age_gender',
    sql`
    SELECT a.age_group AS age, g.gender, m.* FROM (
      SELECT f.age_group_id, f.gender_id, ${MEASURES}
      FROM fact_age_gender_metrics f
      WHERE ${factFilter(context.scope, context.scope)}
      GROUP BY f.age_group_id, f.gender_id
    ) m
    JOIN dim_age_group a ON a.age_group_id = m.age_group_id
    JOIN dim_gender g ON g.gender_id = m.gender_id
    ORDER BY a.age_group_id = 0, a.age_group, g.gender`,
  )

export const country: Panel<Segmented<CountryRow>> = (context) =>
  readSegments(
    context,
    'country',
    sql`
    SELECT c.country_code AS code, c.country_name AS name, m.* FROM (
      SELECT f.country_id, ${MEASURES}
      FROM fact_country_metrics f
      WHERE ${factFilter(context.scope, context.scope)}
      GROUP BY f.country_id
    ) m JOIN dim_country c ON c.country_id = m.country_id
    ORDER BY m.spend DESC, c.country_code`,
  )

async function readSegments<Row>(
  { scope, reader }: PanelContext,
  report: ReportName,
  segments: Sql,
): Promise<Segmented<Row>> {
  const rows = await reader.read(segments)
  const [total = {}] = await reader.read(
    sql`SELECT ${MEASURES} FROM fact_core_metrics f WHERE ${factFilter(scope, scope)}`,
  )
  return {
    rows: rows as unknown as Row[],
    total: total as Partial<Figures>,
    holes: await countHoles(scope, reader, report),
  }
}

/** Reports are loaded one by one: the figures of a breakdown may lack days that the plain ones have. */
async function countHoles(scope: Scope, reader: Reader, report: ReportName): Promise<number> {
  const rows = await reader.read(sql`
    SELECT date, count(*) AS loaded FROM etl_slice
    WHERE report = ${report} AND account_id = ANY(${scope.accounts.map(({ id }) => id)}::bigint[])
      AND date BETWEEN ${scope.since}::date AND ${scope.until}::date AND loaded_at IS NOT NULL AND status IN ('loaded', 'failed')
    GROUP BY date`)
  const loaded = new Map(rows.map((row) => [String(row.date), Number(row.loaded)]))
  return daysOf(scope.since, scope.until).filter((day) => {
    const expected = scope.accounts.filter(({ first }) => first !== null && first <= day).length
    return (loaded.get(day) ?? 0) < Math.max(1, expected)
  }).length
}
