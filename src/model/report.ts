import type { FactTableName } from './fact.ts'

/** What an insights request asks. Its grain is its fact table's primary key. */
export interface Report {
  /** The breakdowns that the API is asked for; they come back as columns of each record. */
  readonly breakdowns: readonly string[]
  /** The fields without which a measure of its tables would be missing. */
  readonly fields: readonly string[]
  /**
   * Those in which its actions are wanted, besides their own counts: they make an answer with many actions half as
   * large again.
   */
  readonly windows: readonly string[]
  /** The tables that its slices replace. */
  readonly tables: readonly FactTableName[]
}

/** The fields that say whose row it is; a report without one of them would be no report. */
export const KEY_FIELDS = ['account_id', 'campaign_id', 'adset_id', 'ad_id'] as const
const BREAKDOWN_FIELDS = [
  ...KEY_FIELDS,
  'spend',
  'impressions',
  'clicks',
  'inline_link_clicks',
  'outbound_clicks',
  'reach',
  'actions',
  'action_values',
] as const

/** How far people watched, each a list of actions with one item. */
export const VIDEO_FIELDS = [
  'video_play_actions',
  'video_p25_watched_actions',
  'video_p50_watched_actions',
  'video_p75_watched_actions',
  'video_p95_watched_actions',
  'video_p100_watched_actions',
  'video_thruplay_watched_actions',
] as const

/** The attribution windows that are stored beside each action's own count. */
export const ATTRIBUTION_WINDOWS = ['1d_click', '7d_click', '1d_view'] as const

/** Every report that fbads knows. A new one is an entry here and a table in `fact.ts` and `sql/`. */
export const REPORTS = {
  core: {
    breakdowns: [],
    fields: [...BREAKDOWN_FIELDS, 'frequency', ...VIDEO_FIELDS],
    windows: ATTRIBUTION_WINDOWS,
    tables: ['fact_core_metrics', 'fact_action_metrics'],
  },
  age_gender: {
    breakdowns: ['age', 'gender'],
    fields: BREAKDOWN_FIELDS,
    windows: [],
    tables: ['fact_age_gender_metrics'],
  },
  country: {
    breakdowns: ['country'],
    fields: BREAKDOWN_FIELDS,
    windows: [],
    tables: ['fact_country_metrics'],
  },
} as const satisfies Record<string, Report>

export type ReportName = keyof typeof REPORTS

export const REPORT_NAMES = Object.keys(REPORTS) as ReportName[]

export function isReportName(text: string): text is ReportName {
  return Object.hasOwn(REPORTS, text)
}
