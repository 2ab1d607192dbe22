import type { DateRange } from '../date-range.ts'
import { factFilter } from '../fact-filter.ts'
import { SUMS, type SumName } from '../measures.ts'
import type { Panel, PanelContext } from '../panel.ts'
import { raw, sql } from '../sql.ts'

export type Sums = Readonly<Record<SumName, string | null>>

export interface Conversions {
  readonly current: Sums
  readonly previous: Sums | null
}

/** Every sum of the range: for the funnel, and for how far videos were watched. */
export const conversions: Panel<Conversions> = async (context) => ({
  current: await readSums(context, context.scope),
  previous: context.scope.previous && (await readSums(context, context.scope.previous)),
})

async function readSums({ scope, reader }: PanelContext, range: DateRange): Promise<Sums> {
  const [sums] = await reader.read(sql`
    SELECT ${raw(SUMS.map((name) => `sum(f.${name}) AS ${name}`).join(',\n       '))}
    FROM fact_core_metrics f
    WHERE ${factFilter(scope, range)}`)
  if (sums === undefined) throw new Error('An aggregate has no row.')
  return sums as unknown as Sums
}

/** One name under which the API counts something. Names of a category overlap: they are never added up. */
export interface ActionRow {
  readonly action_type: string
  readonly category: string
  /** Whether this name is the one that stands for its category. */
  readonly is_canonical: boolean
  readonly count: string
  readonly value: string
  /** By attribution window; 7-day click contains 1-day click. */
  readonly count_1d_click: string
  readonly count_7d_click: string
  readonly count_1d_view: string
}

export const actions: Panel<readonly ActionRow[]> = async ({ scope, reader }) => {
  const rows = await reader.read(sql`
    SELECT a.action_type, a.category, a.is_canonical, m.count, m.value,
           m.count_1d_click, m.count_7d_click, m.count_1d_view
    FROM (
      SELECT f.action_type_id, sum(f.action_count) AS count, sum(f.action_value) AS value,
             sum(f.count_1d_click) AS count_1d_click, sum(f.count_7d_click) AS count_7d_click,
             sum(f.count_1d_view) AS count_1d_view
      FROM fact_action_metrics f
      WHERE ${factFilter(scope, scope)}
      GROUP BY f.action_type_id
    ) m JOIN dim_action_type a ON a.action_type_id = m.action_type_id
    ORDER BY a.category, a.is_canonical DESC, m.count DESC, a.action_type`)
  return rows as unknown as ActionRow[]
}
