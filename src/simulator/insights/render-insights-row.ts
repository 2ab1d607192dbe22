import { monthsBefore } from '../../model/calendar-date.ts'
import type { InsightsQuery } from './insights-query.ts'
import type { InsightsRow } from './insights-row.ts'
import { INSIGHTS_VALUES } from './insights-values.ts'

/** One object of `data` or of `summary`. */
export type InsightsAnswer = Readonly<Record<string, unknown>>

const UNIQUE_FIELDS = ['reach', 'frequency', 'cpp']
const UNIQUE_MONTHS = 13
const VIDEO_SHARE = /^video_p\d+_watched_actions$/

/** The row with the fields that were asked for: text throughout, what has no data left out. */
export function renderInsightsRow(row: InsightsRow, query: InsightsQuery, offset: 1 | 100): InsightsAnswer {
  const isHourly = query.breakdowns.some((name) => name.startsWith('hourly_'))
  const isRegional = query.breakdowns.includes('region')
  const tooOld = row.period.since < monthsBefore(query.today, UNIQUE_MONTHS)
  const { windows, actionBreakdowns } = query
  const options = { offset, windows, actionBreakdowns, showsOffMeta: !isHourly && !isRegional }

  const answer: Record<string, unknown> = {}
  for (const field of query.fields) {
    if (UNIQUE_FIELDS.includes(field)) {
      if (query.breakdowns.length > 0 && tooOld) continue
      if (isHourly) {
        answer[field] = '0'
        continue
      }
    }
    if (isRegional && VIDEO_SHARE.test(field)) continue
    const value = INSIGHTS_VALUES[field]?.(row, options)
    if (value !== undefined) answer[field] = value
  }
  return { ...answer, date_start: row.period.since, date_stop: row.period.until, ...row.breakdown }
}
