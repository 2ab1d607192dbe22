import fc from 'fast-check'
import { expect, it } from 'vitest'
import { RecordScanner } from '../../src/extract/scan-records.ts'
import { DayDigests } from '../../src/load/day-digests.ts'
import { FactLines } from '../../src/load/fact-lines.ts'
import type { IdOf } from '../../src/load/lookups.ts'
import { daysOf, parseCalendarDate, toDateId } from '../../src/model/calendar-date.ts'
import { FACT_TABLES, type FactTableName, type Lookup } from '../../src/model/fact.ts'
import { FactSpans } from '../../src/model/fact-spans.ts'
import type { InsightRecord } from '../../src/model/insight-record.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import type { RecordPage } from '../../src/model/record-page.ts'
import { REPORTS, type ReportName } from '../../src/model/report.ts'
import { createInsightTransform } from '../../src/transform/insight-transform.ts'
import { answerOf, decoded, pageOf, scanned } from '../support/answers.ts'

const [SINCE, UNTIL] = [parseCalendarDate('2026-03-01'), parseCalendarDate('2026-03-02')]
const COUNT = fc.nat({ max: 99 }).map(String)
const LIST = fc
  .uniqueArray(fc.constantFrom('link_click', 'purchase', 'omni_purchase', 'outbound_click', 'lead'))
  .chain((types) =>
    fc.tuple(
      ...types.map((action_type) => COUNT.map((value) => ({ action_type, value, '1d_click': value }))),
    ),
  )

/** Records of few keys, so that they fall together, of which few are odd. */
const record: fc.Arbitrary<InsightRecord> = fc
  .record(
    {
      ad_id: fc.constantFrom('11', '12'),
      campaign_id: fc.constantFrom('31', '0'),
      date: fc.constantFrom(SINCE, UNTIL),
      age: fc.constantFrom('65+', 'Unknown', 'unknown', ''),
      gender: fc.constantFrom('male', 'unknown'),
      country: fc.constantFrom('US', 'de', 'unknown'),
      ad_name: fc.constantFrom('Größe', 'a "b"'),
      spend: fc.oneof({ weight: 9, arbitrary: COUNT }, fc.constantFrom('-0', '1e1', 'x')),
      impressions: fc.oneof({ weight: 9, arbitrary: COUNT }, fc.nat()),
      clicks: COUNT,
      inline_link_clicks: COUNT,
      reach: COUNT,
      frequency: COUNT,
      actions: LIST,
      action_values: LIST,
      outbound_clicks: LIST,
    },
    { requiredKeys: ['ad_id', 'date'] },
  )
  .map(({ date, ...fields }) => ({ account_id: '1', date_start: date, date_stop: date, ...fields }))

/** What becomes of a page: the lines and digests of each table, and what it has taught. */
function linesOf(report: ReportName, pages: Iterable<RecordPage>) {
  const request = { accountId: parseAccountId('1'), report, since: SINCE, until: UNTIL }
  const { transform, outcome } = createInsightTransform(request)
  const lines = new Map<FactTableName, FactLines>(
    REPORTS[report].tables.map((table) => [table, new FactLines(table)]),
  )
  for (const page of pages)
    for (const batch of transform(page))
      for (const [table, own] of lines) {
        const rows = batch instanceof FactSpans ? batch : batch.filter((row) => row.table === table)
        if (rows instanceof FactSpans ? rows.table === table : rows.length > 0) own.add(rows, idsOf(table))
      }
  const { clickSources, ...taught } = outcome()
  const days = daysOf(SINCE, UNTIL).map(toDateId)
  return [...lines].map(([table, own]) => {
    const digests = new DayDigests()
    own.digestTo(digests)
    const { rows, chunks } = own.finished(new Set(days), clickSources)
    const { hasRepeats } = own
    return {
      table,
      rows,
      hasRepeats,
      text: String(Buffer.concat(chunks)),
      days: days.map((day) => digests.get(day)),
      taught,
    }
  })
}

function idsOf(table: FactTableName): ReadonlyMap<Lookup, IdOf> {
  const known = [
    'male',
    '65+',
    'US',
    'DE',
    'link_click',
    'purchase',
    'omni_purchase',
    'outbound_click',
    'lead',
  ]
  const idOf = (value: string | null) => String(known.indexOf(value === 'de' ? 'DE' : (value ?? '')) + 1)
  return new Map(FACT_TABLES[table].lookups.map((lookup) => [lookup, idOf]))
}

it.each(Object.keys(REPORTS) as ReportName[])(
  'a record of %s that is left in its bytes becomes the same lines as one that is decoded',
  (report) => {
    fc.assert(
      fc.property(fc.array(fc.array(record, { maxLength: 12 }), { maxLength: 3 }), (pages) => {
        const answers = pages.map((records) => answerOf(records))
        const scanner = new RecordScanner()
        const plain = answers.values().map((bytes) => pageOf(scanned(bytes, scanner)))
        expect(linesOf(report, plain)).toEqual(
          linesOf(
            report,
            answers.map((bytes) => pageOf(decoded(bytes))),
          ),
        )
      }),
      { numRuns: 300 },
    )
  },
)
