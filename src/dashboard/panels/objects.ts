import { isObjectId } from '../../model/object-id.ts'
import { toColumns } from '../column-presets.ts'
import { factFilter, hasStatus } from '../fact-filter.ts'
import { isMeasureName, MEASURES, type Measure, type MeasureName, selectMeasures } from '../measures.ts'
import { matches, toSearch } from '../name-search.ts'
import { type ObjectLevel, toObjectLevel } from '../object-level.ts'
import type { Panel, PanelContext } from '../panel.ts'
import { join, raw, type Sql, sql } from '../sql.ts'
import type { Figures } from './figures-by-day.ts'

/** A campaign, ad set or ad, with its figures of the range; null where nothing was delivered. */
export interface ObjectRow extends Partial<Figures> {
  readonly id: string
  readonly name: string
  readonly status: string | null
  readonly effective_status: string | null
  readonly daily_budget: string | null
  readonly lifetime_budget: string | null
  /** Of ad sets and ads. */
  readonly campaign_id: string
  readonly campaign_name: string | null
}

export interface Objects {
  readonly level: ObjectLevel
  readonly rows: readonly ObjectRow[]
  /** Of all that the filter leaves, not only of `rows`; null in the windows after the first, which would repeat it. */
  readonly all: ObjectSummary | null
}

export interface ObjectSummary {
  readonly count: number
  readonly active: number
  readonly totals: Partial<Figures>
}

/** Rows of one answer. */
export const WINDOW = 200
/** The same for a file, which takes them all. */
export const FILE_WINDOW = 5_000
/** Rows that can be scrolled to, or taken as a file: nobody reads more, and browsers lose count of pixels. */
export const MOST_ROWS = 100_000

const UNKNOWN_NAMES = { campaign: 'Unknown Campaign', adset: 'Unknown Ad Set', ad: 'Unknown Ad' } as const

/**
 * Campaigns, ad sets or ads: `level`, `cols`, `sort` (a measure or `name`, with `-` for the largest first), `offset`, `limit`,
 * `q` (part of a name, or an id), `as` (only of these ad sets), `all=1` (also those that delivered nothing).
 */
export const objects: Panel<Objects> = async (context) => {
  const { params, reader } = context
  const level = toObjectLevel(params.get('level'))
  const columns = toColumns(params.get('cols'))
  const whole = (name: string, otherwise: number) => Math.trunc(Number(params.get(name)) || otherwise)
  const offset = Math.min(Math.max(0, whole('offset', 0)), MOST_ROWS)
  const limit = Math.min(Math.max(1, whole('limit', WINDOW)), FILE_WINDOW)
  const where = objectFilter(context, level)
  const figures = groupedFigures(context, level, columns)
  const rows = await reader.read(sql`
    SELECT o.${raw(`${level}_id`)} AS id, coalesce(o.name, ${UNKNOWN_NAMES[level]}) AS name, o.status, o.effective_status,
           ${raw(level === 'ad' ? 'NULL AS daily_budget, NULL AS lifetime_budget' : 'o.daily_budget, o.lifetime_budget')},
           o.campaign_id, c.name AS campaign_name, ${raw(columns.map((name) => `m.${name}`).join(', '))}
    FROM ${raw(`dim_${level}`)} o
    JOIN dim_campaign c ON c.campaign_id = o.campaign_id
    ${joinOf(context)} (${figures}
    ) m ON m.id = o.${raw(`${level}_id`)}
    WHERE ${where} AND (o.${raw(`${level}_id`)} <> 0 OR m.id IS NOT NULL)
    ORDER BY ${orderOf(params.get('sort'), columns)}, id
    LIMIT ${limit} OFFSET ${offset}`)
  return {
    level,
    rows: rows as unknown as ObjectRow[],
    all: offset === 0 ? await readSummary(context, level, columns) : null,
  }
}

async function readSummary(
  context: PanelContext,
  level: ObjectLevel,
  columns: readonly MeasureName[],
): Promise<ObjectSummary> {
  const where = objectFilter(context, level)
  const joined = joinOf(context)
  const [total] = await context.reader.read(sql`
    SELECT n.count, n.active, m.* FROM (
      SELECT count(*) AS count, count(*) FILTER (WHERE o.effective_status = 'ACTIVE') AS active
      FROM ${raw(`dim_${level}`)} o
      ${joined} (
        SELECT DISTINCT f.${raw(`${level}_id`)} AS id FROM fact_core_metrics f
        WHERE ${factFilter(context.scope, context.scope)}
      ) m ON m.id = o.${raw(`${level}_id`)}
      WHERE ${where} AND (o.${raw(`${level}_id`)} <> 0 OR m.id IS NOT NULL)
    ) n CROSS JOIN (
      SELECT ${selectMeasures(columns)}
      FROM fact_core_metrics f
      JOIN ${raw(`dim_${level}`)} o ON o.${raw(`${level}_id`)} = f.${raw(`${level}_id`)}
      WHERE ${factFilter(context.scope, context.scope)} AND ${where}
    ) m`)
  const { count, active, ...totals } = total ?? {}
  return { count: Number(count), active: Number(active), totals: totals as unknown as Partial<Figures> }
}

/** How objects meet their figures: those that delivered nothing have none. */
function joinOf({ params }: PanelContext): Sql {
  return params.get('all') === '1' ? raw('LEFT JOIN') : raw('JOIN')
}

function groupedFigures({ scope }: PanelContext, level: ObjectLevel, columns: readonly MeasureName[]): Sql {
  const key = raw(`f.${level}_id`)
  return sql`
      SELECT ${key} AS id, ${selectMeasures(columns)}
      FROM fact_core_metrics f
      WHERE ${factFilter(scope, scope)}
      GROUP BY ${key}`
}

/** Which objects `o` are listed, whatever they delivered. */
function objectFilter({ scope, params }: PanelContext, level: ObjectLevel): Sql {
  const conditions: Sql[] = [
    // Facts without a parent have the member 0, which belongs to no account; the facts do.
    sql`(o.account_id = ANY(${scope.accounts.map(({ id }) => id)}::bigint[]) OR o.${raw(`${level}_id`)} = 0)`,
  ]
  if (scope.campaigns.length > 0) conditions.push(sql`o.campaign_id = ANY(${scope.campaigns}::bigint[])`)
  const adsets = (params.get('as') ?? '').split(',').filter(isObjectId)
  if (adsets.length > 0 && level !== 'campaign') conditions.push(sql`o.adset_id = ANY(${adsets}::bigint[])`)
  if (scope.statuses.length > 0) conditions.push(hasStatus(scope, sql`o.campaign_id`))
  const search = toSearch(params.get('q'))
  if (search !== '') conditions.push(matches(search, raw('o.name'), raw(`o.${level}_id`)))
  return join(conditions, '\n  AND ')
}

function orderOf(sort: string | null, columns: readonly MeasureName[]): Sql {
  const name = (sort ?? '-spend').replace(/^-/, '')
  const direction = sort === null || sort.startsWith('-') ? 'DESC' : 'ASC'
  if (name === 'name' || name === 'effective_status') return raw(`${name} ${direction} NULLS LAST`)
  const by = isMeasureName(name) && columns.includes(name) ? name : (columns[0] ?? 'spend')
  // What has cost something and brought nothing is the dearest of all, not the last.
  const { better, per }: Measure = MEASURES[by]
  const nulls = per !== undefined && better === 'less' && direction === 'DESC' ? 'FIRST' : 'LAST'
  const first = columns.includes('spend') ? ', m.spend DESC NULLS LAST' : ''
  return raw(`m.${by} ${direction} NULLS ${nulls}${first}`)
}
