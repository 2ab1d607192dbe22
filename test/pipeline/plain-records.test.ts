import fc from 'fast-check'
import { expect, it } from 'vitest'
import { RecordScanner } from '../../src/extract/scan-records.ts'
import { createShiftGuard } from '../../src/extract/shift-guard.ts'
import { DayDigests } from '../../src/load/day-digests.ts'
import { FactLines } from '../../src/load/fact-lines.ts'
import type { IdOf } from '../../src/load/lookups.ts'
import { daysOf, parseCalendarDate, toDateId } from '../../src/model/calendar-date.ts'
import { FACT_TABLES, type FactTableName, type Lookup } from '../../src/model/fact.ts'
import { FactSpans } from '../../src/model/fact-spans.ts'
import type { InsightRecord } from '../../src/model/insight-record.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import { RecordPage } from '../../src/model/record-page.ts'
import { REPORTS, type ReportName } from '../../src/model/report.ts'
import { createInsightTransform } from '../../src/transform/insight-transform.ts'
import { answerOf, decoded, pageOf, scanned } from '../support/answers.ts'

const [SINCE, UNTIL] = [parseCalendarDate('2026-03-01'), parseCalendarDate('2026-03-02')]
const COUNT = fc.nat({ max: 99 }).map(String)
const NUMBER = fc.oneof(
  { weight: 99, arbitrary: COUNT },
  fc.constantFrom(
    '007',
    '1.',
    '.5',
    '0.50',
    '1000000000000',
    '1000000000001',
    '9'.repeat(40),
    '9'.repeat(41),
  ),
)
const LIST = fc
  .oneof(
    { weight: 9, arbitrary: fc.uniqueArray(actionType()) },
    // A type may come twice.
    fc.array(actionType(), { maxLength: 3 }),
  )
  .chain((types) =>
    fc.tuple(
      ...types.map((action_type) => NUMBER.map((value) => ({ action_type, value, '1d_click': value }))),
    ),
  )

function actionType() {
  return fc.constantFrom('link_click', 'purchase', 'omni_purchase', 'outbound_click', 'lead', 'Unknown')
}

const LONG = fc.constantFrom('x'.repeat(250), 'x'.repeat(251))

/** Records of few keys, so that they fall together, of which few are odd. */
const record: fc.Arbitrary<InsightRecord> = fc
  .record(
    {
      ad_id: fc.constantFrom('11', '12'),
      adset_id: fc.constantFrom('21', '22'),
      campaign_id: fc.constantFrom('31', '0'),
      date: fc.constantFrom(SINCE, UNTIL),
      age: fc.oneof({ weight: 9, arbitrary: fc.constantFrom('65+', 'Unknown', 'unknown', '') }, LONG),
      gender: fc.constantFrom('male', 'unknown'),
      country: fc.oneof({ weight: 9, arbitrary: fc.constantFrom('US', 'de', 'unknown') }, fc.constant(null)),
      ad_name: fc.constantFrom('Größe', 'a "b"', '\ufeffGröße', ''),
      adset_name: fc.constantFrom('Menge', ''),
      campaign_name: fc.constantFrom('Ziel'),
      spend: fc.oneof({ weight: 9, arbitrary: COUNT }, fc.constantFrom('-0', '1e1', 'x')),
      impressions: fc.oneof({ weight: 9, arbitrary: COUNT }, fc.nat()),
      clicks: NUMBER,
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
  const taught = outcome()
  const days = daysOf(SINCE, UNTIL).map(toDateId)
  return [...lines].map(([table, own]) => {
    const digests = new DayDigests()
    own.digestTo(digests)
    const { rows, chunks } = own.finished(new Set(days), taught.clickSources)
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

/** A page of an answer, and how it is read. */
const page = fc.record({
  bytes: fc
    .tuple(fc.array(record, { maxLength: 12 }), fc.boolean())
    .map(([records, isRespelled]) => (isRespelled ? respelled(answerOf(records)) : answerOf(records))),
  /** Of another list. */
  hasNewScanner: fc.boolean(),
})

/** The same answer with some of its texts in another spelling. */
function respelled(bytes: Uint8Array): Uint8Array {
  const spell = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
  const text = new TextDecoder().decode(bytes)
  return new TextEncoder().encode(text.replaceAll(/(?<="(?:1|mal|lea|actio))[12edn](?=["s])/g, spell))
}

it.each(Object.keys(REPORTS) as ReportName[])(
  'a record of %s that is left in its bytes becomes the same lines as one that is decoded',
  (report) => {
    fc.assert(
      fc.property(fc.array(page, { maxLength: 3 }), (pages) => {
        // One page after the other, as each holds until the next one is scanned.
        function* plain() {
          let scanner = new RecordScanner()
          for (const { bytes, hasNewScanner } of pages) {
            if (hasNewScanner) scanner = new RecordScanner()
            yield pageOf(scanned(bytes, scanner))
          }
        }
        const whole = pages.map(({ bytes }) => pageOf(decoded(bytes)))
        expect(linesOf(report, plain())).toEqual(linesOf(report, whole))
        expect(linesOf(report, guarded(report, plain()))).toEqual(linesOf(report, guarded(report, whole)))
      }),
      { numRuns: 300 },
    )
  },
)

/** The pages without the rows that earlier ones had. */
function* guarded(report: ReportName, pages: Iterable<RecordPage>): Generator<RecordPage> {
  const { breakdowns } = REPORTS[report]
  const repeats = new Set<string>()
  repeats.has = () => true
  const guard = createShiftGuard(breakdowns, repeats)
  for (const page of pages) yield guard.newOf(page) ?? new RecordPage([])
}
