import type { CalendarDate } from '../../model/calendar-date.ts'
import { type Filter, parseFiltering } from '../graph/filtering.ts'
import { invalidParameter } from '../graph/graph-failure.ts'
import { notOneOf, type Params, parseEnumList, parseListParam, requireOneOf } from '../graph/params.ts'
import type { WorldAccount, WorldObject } from '../world/world-objects.ts'
import { checkBreakdowns } from './breakdown-rules.ts'
import type { Period } from './date-preset.ts'
import {
  ACTION_BREAKDOWNS,
  ACTION_REPORT_TIMES,
  ATTRIBUTION_WINDOWS,
  BREAKDOWNS,
  INSIGHTS_FIELDS,
} from './insights-enums.ts'
import { isActionField } from './insights-values.ts'
import { parsePeriods } from './parse-periods.ts'

const LEVELS = ['ad', 'adset', 'campaign', 'account'] as const
type Level = (typeof LEVELS)[number]

/** An insights request that has passed every check. */
export interface InsightsQuery {
  readonly node: WorldAccount | WorldObject
  readonly level: Level
  readonly fields: readonly string[]
  readonly breakdowns: readonly string[]
  readonly actionBreakdowns: readonly string[]
  readonly windows: readonly string[]
  readonly periods: readonly Period[]
  readonly filters: readonly Filter[]
  /** Null for the API's own order. */
  readonly sort: { readonly field: string; readonly direction: 1 | -1 } | null
  readonly wantsSummary: boolean
  /** The account's day when it was asked. */
  readonly today: CalendarDate
}

const ALWAYS = ['date_start', 'date_stop']

/** Throws GraphFailure with Meta's words on whatever Meta refuses. */
export function parseInsightsQuery(
  node: WorldAccount | WorldObject,
  params: Params,
  today: CalendarDate,
): InsightsQuery {
  const level = parseLevel(params, node)
  const fields = parseListParam(params, 'fields') ?? ['impressions', 'spend']
  for (const field of fields) {
    if (!INSIGHTS_FIELDS.includes(field)) {
      throw invalidParameter(
        `${field} is not valid for fields param. please check https://developers.facebook.com/docs/marketing-api/reference/ads-insights/ for all valid values`,
      )
    }
  }
  const breakdowns = parseEnumList(params, 'breakdowns', BREAKDOWNS) ?? []
  const actionBreakdowns = parseEnumList(params, 'action_breakdowns', ACTION_BREAKDOWNS) ?? ['action_type']
  const windows = parseEnumList(params, 'action_attribution_windows', ATTRIBUTION_WINDOWS) ?? []
  if (params.action_report_time !== undefined) {
    requireOneOf('action_report_time', params.action_report_time, ACTION_REPORT_TIMES)
  }
  checkBreakdowns(breakdowns, actionBreakdowns, fields.some(isActionField))
  return {
    node,
    level,
    fields: fields.filter((field) => !ALWAYS.includes(field)),
    breakdowns,
    actionBreakdowns,
    windows,
    periods: parsePeriods(params, today),
    filters: parseFiltering(params),
    sort: parseSort(params),
    wantsSummary: params.default_summary === 'true' || params.summary !== undefined,
    today,
  }
}

function parseLevel(params: Params, node: WorldAccount | WorldObject): Level {
  const text = params.level ?? node.kind
  const level = LEVELS.find((each) => each === text)
  if (!level) throw notOneOf('level', LEVELS)
  return level
}

function parseSort(params: Params): InsightsQuery['sort'] {
  const [text] = parseListParam(params, 'sort') ?? []
  if (text === undefined) return null
  const match = /^(.+)_(ascending|descending)$/.exec(text)
  if (!match?.[1]) throw invalidParameter('sort must be of the form <field>_ascending or <field>_descending')
  return { field: match[1], direction: match[2] === 'ascending' ? 1 : -1 }
}
