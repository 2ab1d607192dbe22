import { type CalendarDate, toDateId } from '../model/calendar-date.ts'
import type { SeenAd } from '../model/dimension.ts'
import { CLICK_SOURCES, type ClickSource, type FactRow } from '../model/fact.ts'
import type { InsightRecord } from '../model/insight-record.ts'
import { REPORTS } from '../model/report.ts'
import type { InsightsRequest, RequestOutcome } from '../model/slice.ts'
import { carriedClickSource, earlierClickSource } from './click-source.ts'
import { type FactKey, readDay, readFactKey } from './fact-key.ts'
import { addFactRows } from './fact-rows.ts'
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
  const seenAds = new Map<string, SeenAd>()
  const rejects = createRejectList()

  /** Few days, of many records each. */
  const days = new Map<unknown, Day>()
  const dayOf = (record: InsightRecord): Day => {
    const known = record.date_stop === record.date_start ? days.get(record.date_start) : undefined
    if (known) return known
    const date = readDay(record, request)
    const day = { date, dateId: String(toDateId(date)), rows: 0, source: null }
    days.set(date, day)
    return day
  }

  /** Many records of one ad come one after the other: what was read of the one before holds for them, too. */
  let last: { readonly record: InsightRecord; readonly key: FactKey; readonly isNamed: boolean } | null = null

  const see = (key: FactKey, record: InsightRecord): boolean => {
    // With its parents: rows of one ad may name them or not, and each that is named must have a member.
    const parents = `${key.ad_id} ${key.adset_id} ${key.campaign_id}`
    const known = seenAds.get(parents)
    const seen = known && isNamed(known) ? known : toSeenAd(key, record)
    seenAds.set(parents, seen)
    return isNamed(seen)
  }

  const addRecord = (rows: FactRow[], record: InsightRecord): void => {
    const day = dayOf(record)
    const known = last !== null && isSameAd(record, last.record) ? last : null
    const key = known ? onDay(known.key, day.dateId) : readFactKey(record, day.dateId, request)
    const read = readLists(record)
    for (const table of tables) addFactRows(rows, table, key, read)
    if (known === null || (!known.isNamed && hasName(record)))
      last = { record, key, isNamed: see(key, record) }
    else if (key !== known.key) last = { ...known, key }
    day.rows += 1
    if (day.source !== FIRST_SOURCE) day.source = earlierClickSource(day.source, carriedClickSource(read))
  }

  return {
    transform(page) {
      const rows: FactRow[] = []
      for (const record of page) {
        const before = rows.length
        try {
          addRecord(rows, record)
        } catch (error) {
          if (!(error instanceof UnreadableRecord)) throw error
          rows.length = before
          rejects.add(error.message, record)
        }
      }
      return rows
    },
    outcome() {
      const found = [...days.values()].filter((day) => day.rows > 0)
      return {
        rowCounts: new Map(found.map(({ date, rows }) => [date, rows])),
        clickSources: new Map(found.flatMap(({ date, source }) => (source === null ? [] : [[date, source]]))),
        seenAds: [...seenAds.values()],
        rejects: rejects.all(),
      }
    },
  }
}

/** What the records of a day have taught so far. */
interface Day {
  readonly date: CalendarDate
  readonly dateId: string
  rows: number
  source: ClickSource | null
}

function onDay(key: FactKey, dateId: string): FactKey {
  return key.date_id === dateId ? key : { ...key, date_id: dateId }
}

function isSameAd(a: InsightRecord, b: InsightRecord): boolean {
  return (
    a.ad_id === b.ad_id &&
    a.adset_id === b.adset_id &&
    a.campaign_id === b.campaign_id &&
    a.account_id === b.account_id
  )
}

function hasName({ ad_name, adset_name, campaign_name }: InsightRecord): boolean {
  return ad_name !== undefined || adset_name !== undefined || campaign_name !== undefined
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
