import type { CalendarDate } from '../model/calendar-date.ts'
import type { SeenAd } from '../model/dimension.ts'
import type { ClickSource, FactRow } from '../model/fact.ts'
import type { InsightRecord } from '../model/insight-record.ts'
import { REPORTS } from '../model/report.ts'
import type { InsightsRequest, RequestOutcome } from '../model/slice.ts'
import { carriedClickSource, earlierClickSource } from './click-source.ts'
import { type FactKey, readDay, readFactKey } from './fact-key.ts'
import { toFactRows } from './fact-rows.ts'
import { readLists } from './measures.ts'
import { readText } from './read-value.ts'
import { createRejectList } from './reject-list.ts'
import { UnreadableRecord } from './unreadable-record.ts'

/** Turns the records of one request into fact rows, page by page. */
export interface InsightTransform {
  /** The fact rows of one page; a record that cannot be understood is kept as a reject instead. */
  transform(page: readonly InsightRecord[]): FactRow[]
  /** What all pages so far have taught. */
  outcome(): RequestOutcome
}

/** A transform for one request. It holds what is needed for a day or an ad, never the rows. */
export function createInsightTransform(request: InsightsRequest): InsightTransform {
  const rowCounts = new Map<CalendarDate, number>()
  const clickSources = new Map<CalendarDate, ClickSource>()
  const seenAds = new Map<string, SeenAd>()
  const rejects = createRejectList()

  const transformRecord = (record: InsightRecord): FactRow[] => {
    const date = readDay(record, request)
    const key = readFactKey(record, date, request)
    const read = readLists(record)
    const rows = REPORTS[request.report].tables.flatMap((table) => toFactRows(table, key, read))
    const seen = toSeenAd(key, record)

    rowCounts.set(date, (rowCounts.get(date) ?? 0) + 1)
    // With its parents: rows of one ad may name them or not, and each that is named must have a member.
    seenAds.set(`${seen.adId} ${seen.adsetId} ${seen.campaignId}`, seen)
    const source = earlierClickSource(clickSources.get(date) ?? null, carriedClickSource(read))
    if (source !== null) clickSources.set(date, source)
    return rows
  }

  return {
    transform: (page) =>
      page.flatMap((record) => {
        try {
          return transformRecord(record)
        } catch (error) {
          if (!(error instanceof UnreadableRecord)) throw error
          rejects.add(error.message, record)
          return []
        }
      }),
    outcome: () => ({ rowCounts, clickSources, seenAds: [...seenAds.values()], rejects: rejects.all() }),
  }
}

function toSeenAd(key: FactKey, record: InsightRecord): SeenAd {
  return {
    adId: key.ad_id,
    adsetId: key.adset_id,
    campaignId: key.campaign_id,
    adName: readText(record, 'ad_name'),
    adsetName: readText(record, 'adset_name'),
    campaignName: readText(record, 'campaign_name'),
  }
}
