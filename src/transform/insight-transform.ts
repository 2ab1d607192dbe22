import { type CalendarDate, toDateId } from '../model/calendar-date.ts'
import type { SeenAd } from '../model/dimension.ts'
import { CLICK_SOURCES, type ClickSource, type FactRow } from '../model/fact.ts'
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

const [FIRST_SOURCE] = CLICK_SOURCES

/** A transform for one request. It holds what is needed for a day or an ad, never the rows. */
export function createInsightTransform(request: InsightsRequest): InsightTransform {
  const { tables } = REPORTS[request.report]
  const rowCounts = new Map<CalendarDate, number>()
  const clickSources = new Map<CalendarDate, ClickSource>()
  const seenAds = new Map<string, SeenAd>()
  const rejects = createRejectList()

  /** Few days, of many records each. */
  const days = new Map<unknown, { readonly date: CalendarDate; readonly dateId: string }>()
  const dayOf = (record: InsightRecord) => {
    const known = record.date_stop === record.date_start ? days.get(record.date_start) : undefined
    if (known) return known
    const date = readDay(record, request)
    const day = { date, dateId: String(toDateId(date)) }
    days.set(date, day)
    return day
  }

  const transformRecord = (record: InsightRecord): FactRow[] => {
    const { date, dateId } = dayOf(record)
    const key = readFactKey(record, dateId, request)
    const read = readLists(record)
    const rows = tables.flatMap((table) => toFactRows(table, key, read))
    // With its parents: rows of one ad may name them or not, and each that is named must have a member.
    const parents = `${key.ad_id} ${key.adset_id} ${key.campaign_id}`
    const known = seenAds.get(parents)
    const seen = known && isNamed(known) ? known : toSeenAd(key, record)

    rowCounts.set(date, (rowCounts.get(date) ?? 0) + 1)
    seenAds.set(parents, seen)
    const before = clickSources.get(date) ?? null
    const source = before === FIRST_SOURCE ? before : earlierClickSource(before, carriedClickSource(read))
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

function isNamed({ adName, adsetName, campaignName }: SeenAd): boolean {
  return adName !== null && adsetName !== null && campaignName !== null
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
