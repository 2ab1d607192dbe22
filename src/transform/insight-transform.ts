import { type CalendarDate, toDateId } from '../model/calendar-date.ts'
import type { SeenAd } from '../model/dimension.ts'
import { CLICK_SOURCES, type ClickSource, type FactRow, type FactTableName } from '../model/fact.ts'
import { type FactBatch, FactSpans } from '../model/fact-spans.ts'
import type { InsightRecord } from '../model/insight-record.ts'
import type { RecordPage } from '../model/record-page.ts'
import { type KEY_FIELDS, REPORTS } from '../model/report.ts'
import type { InsightsRequest, RequestOutcome } from '../model/slice.ts'
import { carriedClickSource, earlierClickSource } from './click-source.ts'
import { type RecordKey, readDay, readFactKey } from './fact-key.ts'
import { addFactRows } from './fact-rows.ts'
import { readLists } from './measures.ts'
import { PlainFacts } from './plain-facts.ts'
import { readText } from './read-value.ts'
import { createRejectList } from './reject-list.ts'
import { UnreadableRecord } from './unreadable-record.ts'

/** Turns the records of one request into fact rows, page by page. */
export interface InsightTransform {
  /**
   * The fact rows of one page, those of each table in the order of their records; a record that cannot be understood
   * is kept as a reject instead. Those of plain records hold as long as the page does.
   */
  transform(page: RecordPage): FactBatch[]
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
  let last: LastRecord | null = null

  const see = (key: RecordKey, record: InsightRecord): boolean => {
    // With its parents: rows of one ad may name them or not, and each that is named must have a member.
    const parents = `${key.ad_id} ${key.adset_id} ${key.campaign_id}`
    const known = seenAds.get(parents)
    const seen = known && isNamed(known) ? known : toSeenAd(key, record)
    seenAds.set(parents, seen)
    return isNamed(seen)
  }

  /**
   * Notes what a record teaches, if `addRows` can make rows of it: then it returns the click source that the record
   * carries. Undefined when it cannot.
   */
  const addRecord = (
    record: InsightRecord,
    addRows: (key: RecordKey, day: Day) => ClickSource | null | undefined,
  ): boolean => {
    const day = dayOf(record)
    const known = last !== null && isSameAd(record, last) ? last : null
    const key = known ? onDay(known.key, day.dateId) : readFactKey(record, day.dateId, request)
    const source = addRows(key, day)
    if (source === undefined) return false
    if (known === null || (!known.isNamed && hasName(record)))
      last = { ...idsOf(record), key, isNamed: see(key, record) }
    else if (key !== known.key) last = { ...known, key }
    day.rows += 1
    if (day.source !== FIRST_SOURCE) day.source = earlierClickSource(day.source, source)
    return true
  }

  const addDecoded = (rows: FactRow[], record: InsightRecord): void => {
    const before = rows.length
    try {
      addRecord(record, (key, day) => {
        const read = readLists(record)
        for (const table of tables) addFactRows(rows, table, key, read)
        return day.source === FIRST_SOURCE ? FIRST_SOURCE : carriedClickSource(read)
      })
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error
      rows.length = before
      rejects.add(error.message, record)
    }
  }

  let plainFacts: PlainFacts | null = null

  /** False when the record has to be decoded. */
  const addPlain = (
    spansOf: (table: FactTableName, bytes: Uint8Array) => FactSpans,
    page: RecordPage,
    index: number,
  ): boolean => {
    const records = page.plainAt(index)
    if (records === null) return false
    if (plainFacts?.names !== records.names) plainFacts = new PlainFacts(tables, records)
    const facts = plainFacts
    try {
      return addRecord(page.textsAt(index), (key, day) => {
        if (!facts.add((table) => spansOf(table, records.bytes), records, index, key)) return undefined
        return day.source === FIRST_SOURCE ? FIRST_SOURCE : facts.clickSource(records, index)
      })
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error
      return false
    }
  }

  return {
    transform(page) {
      const batches: FactBatch[] = []
      let spans = new Map<FactTableName, FactSpans>()
      let decoded: FactRow[] | null = null
      const spansOf = (table: FactTableName, bytes: Uint8Array): FactSpans => {
        let found = spans.get(table)
        if (found === undefined) {
          found = new FactSpans(table, bytes)
          spans.set(table, found)
          batches.push(found)
        }
        return found
      }
      for (let index = 0; index < page.length; index += 1) {
        if (addPlain(spansOf, page, index)) {
          decoded = null
          continue
        }
        if (decoded === null) {
          // The rows of a table stay in the order of their records.
          spans = new Map()
          decoded = []
          batches.push(decoded)
        }
        addDecoded(decoded, page.at(index))
      }
      return batches
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

/** The ids of a record as the API sent them, and what was read of it. */
interface LastRecord extends Ids {
  readonly key: RecordKey
  readonly isNamed: boolean
}

type Ids = Readonly<Record<(typeof KEY_FIELDS)[number], unknown>>

function onDay(key: RecordKey, dateId: string): RecordKey {
  return key.date_id === dateId ? key : { ...key, date_id: dateId }
}

function idsOf({ account_id, campaign_id, adset_id, ad_id }: InsightRecord): Ids {
  return { account_id, campaign_id, adset_id, ad_id }
}

function isSameAd(a: InsightRecord, b: Ids): boolean {
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

function toSeenAd(key: RecordKey, record: InsightRecord): SeenAd {
  return {
    adId: key.ad_id,
    adsetId: key.adset_id,
    campaignId: key.campaign_id,
    adName: readText(record, 'ad_name'),
    adsetName: readText(record, 'adset_name'),
    campaignName: readText(record, 'campaign_name'),
  }
}
