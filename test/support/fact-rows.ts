import fc from 'fast-check'
import { parseCalendarDate, toDateId } from '../../src/model/calendar-date.ts'
import type { SeenAd } from '../../src/model/dimension.ts'
import {
  CLICK_SOURCES,
  type ClickSource,
  FACT_TABLES,
  type FactRow,
  type FactTableName,
  type MeasureKind,
} from '../../src/model/fact.ts'
import { type FactBatch, FactSpans } from '../../src/model/fact-spans.ts'
import { type ObjectId, parseAccountId } from '../../src/model/object-id.ts'
import type { InsightsRequest, RequestOutcome } from '../../src/model/slice.ts'

/** Ids beyond 2^53, where a number would lose digits. */
const AD_BASE = 120213328950940100n

export const ACCOUNT = parseAccountId('1003')

/** A row by the names of its columns, which differ from table to table. */
export type AnyRow = Readonly<Record<string, string | null>>

/** One row of `table`: measures 0 or null but for `values`. Ad `n` belongs to ad set and campaign `n`. */
export function factRow(table: FactTableName, values: AnyRow = {}, ad = 1): FactRow {
  const { lookups, measures } = FACT_TABLES[table]
  const row = {
    table,
    account_id: ACCOUNT,
    date_id: '20241028',
    ad_id: String(AD_BASE + BigInt(ad)),
    campaign_id: String(AD_BASE + 1000n + BigInt(ad)),
    adset_id: String(AD_BASE + 2000n + BigInt(ad)),
    ...Object.fromEntries(lookups.map((lookup) => [lookup, null])),
    ...Object.fromEntries(
      Object.entries(measures).map(([name, kind]) => [name, kind === 'unique' ? null : '0']),
    ),
    ...values,
  }
  return row as unknown as FactRow
}

/** The rows of what a transform has made, in their order. */
export function rowsOf(batches: readonly FactBatch[]): FactRow[] {
  return batches.flatMap((batch) =>
    batch instanceof FactSpans ? Array.from({ length: batch.length }, (_, row) => rowAt(batch, row)) : batch,
  )
}

/** A row with its numbers as text. */
function rowAt({ table, bytes, keys, texts, places }: FactSpans, index: number): FactRow {
  const { lookups, measures } = FACT_TABLES[table]
  const kinds = Object.entries(measures)
  const numbers = kinds.map(([measure, kind], i) => {
    const place = 2 * (index * kinds.length + i)
    const [start = 0, end = 0] = places.subarray(place, place + 2)
    const absent = kind === 'unique' ? null : '0'
    return [measure, start === 0 ? absent : new TextDecoder().decode(bytes.subarray(start, end))]
  })
  const row = {
    table,
    ...keys[index],
    ...Object.fromEntries(lookups.map((lookup, i) => [lookup, texts[i]?.[index] ?? null])),
    ...Object.fromEntries(numbers),
  }
  return row as unknown as FactRow
}

/** What a transform would have learnt from `rows`, none of which carries a name. */
export function outcomeOf(rows: readonly FactRow[], clickSource: ClickSource | null = null): RequestOutcome {
  const days = new Set(rows.map((row) => dateOf(row.date_id)))
  return {
    rowCounts: new Map(
      [...days].map((day) => [day, rows.filter((row) => dateOf(row.date_id) === day).length]),
    ),
    clickSources: new Map(clickSource === null ? [] : [...days].map((day) => [day, clickSource])),
    seenAds: rows.map(seenAd),
    rejects: [],
  }
}

function seenAd(row: FactRow): SeenAd {
  const id = (text: string) => text as ObjectId
  return {
    adId: id(row.ad_id),
    adsetId: id(row.adset_id),
    campaignId: id(row.campaign_id),
    adName: null,
    adsetName: null,
    campaignName: null,
  }
}

function dateOf(dateId: string) {
  return parseCalendarDate(`${dateId.slice(0, 4)}-${dateId.slice(4, 6)}-${dateId.slice(6)}`)
}

const VALUES: Readonly<Record<MeasureKind, fc.Arbitrary<string | null>>> = {
  count: fc.nat(1000).map(String),
  amount: fc.nat(100_000).map((cents) => (cents / 100).toFixed(2)),
  unique: fc.option(fc.nat(1000).map(String)),
}

const LOOKUP_VALUES = {
  age_group: ['18-24', '65+', 'Unknown', '120+', null],
  gender: ['female', 'Female', 'unknown', null],
  country: ['US', 'de', 'ZZ', 'XK', null],
  action_type: ['link_click', 'omni_purchase', 'a\ttab \\ and\nline', 'Größe 👍', null],
} as const

/** A row of `table` for one of few ads and of the days of `request`, so that keys often fall together. */
export function arbitraryRow(table: FactTableName, request: InsightsRequest): fc.Arbitrary<FactRow> {
  const { lookups, measures } = FACT_TABLES[table]
  const first = toDateId(request.since)
  const last = toDateId(request.until)
  return fc
    .record({
      ad: fc.integer({ min: 1, max: 3 }),
      date_id: fc.integer({ min: first, max: last }).map(String),
      lookups: fc.record(
        Object.fromEntries(lookups.map((lookup) => [lookup, fc.constantFrom(...LOOKUP_VALUES[lookup])])),
      ),
      measures: fc.record(
        Object.fromEntries(
          Object.entries(measures).map(([name, kind]: [string, MeasureKind]) => [name, VALUES[kind]]),
        ),
      ),
    })
    .map(({ ad, date_id, lookups, measures }) => factRow(table, { date_id, ...lookups, ...measures }, ad))
}

export const arbitraryClickSource = fc.option(fc.constantFrom(...CLICK_SOURCES))
