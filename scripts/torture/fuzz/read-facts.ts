import { readInsights } from '../../../src/extract/insights.ts'
import { createRefusedFields } from '../../../src/extract/refused-fields.ts'
import { daysOf } from '../../../src/model/calendar-date.ts'
import type { FactRow } from '../../../src/model/fact.ts'
import { RECORD_SIZE } from '../../../src/model/plain-records.ts'
import { RecordPage } from '../../../src/model/record-page.ts'
import { REPORTS } from '../../../src/model/report.ts'
import type { RequestSize } from '../../../src/model/request-size.ts'
import type { InsightsRequest } from '../../../src/model/slice.ts'
import { createInsightTransform } from '../../../src/transform/insight-transform.ts'
import { rowsOf as factRowsOf } from '../../../test/support/fact-rows.ts'
import { differenceOf, expectedOr } from './compare.ts'
import { Unclear } from './exact-values.ts'
import { expectedFacts } from './expected-facts.ts'
import type { Reading } from './readings.ts'
import { pagesOf } from './served-records.ts'

interface FactReading extends Pick<Reading, 'name' | 'isTarget'> {
  readonly request: InsightsRequest
  readonly size: RequestSize
}

/** The rows of a request, and what becomes of them. */
export function createFactReading({ name, isTarget, request, size }: FactReading): Reading {
  const { accountId, report } = request
  const days = daysOf(request.since, request.until)
  return {
    name,
    isTarget,
    async read(api, signal) {
      const transform = createInsightTransform(request)
      const rowsOf: FactRow[][] = []
      const options = {
        fields: [...REPORTS[report].fields, 'ad_name', 'adset_name', 'campaign_name'],
        size,
        onLess: async () => undefined,
        runs: null,
        refused: createRefusedFields(),
        repeats: new Set<string>(),
      }
      for await (const page of readInsights(api, request, options, signal)) {
        for (const record of pagesOfOne(page)) rowsOf.push(factRowsOf(transform.transform(record)))
      }
      const outcome = transform.outcome()
      return (served, usual) => {
        const pages = pagesOf(
          served.filter(({ method, path }) => method === 'GET' && path.endsWith('/insights')),
        )
        const records = pages.flatMap((page) => page.records)
        const problems: string[] = []
        if (pages.at(-1)?.saysNext !== false) problems.push('the list was taken to end before its end')
        if (records.length !== rowsOf.length)
          problems.push(`${rowsOf.length} records were read of the ${records.length} that were served`)
        const outcomes = new Map<string, string>()
        const others: FactRow[] = []
        let same = 0
        let loaded = 0
        for (const [index, { source, node }] of records.entries()) {
          const rows = rowsOf[index] ?? []
          const asUsual = usual.get(source)
          outcomes.set(source, JSON.stringify(rows))
          if (asUsual === undefined) {
            others.push(...rows)
            if (rows.length === 0) continue
            loaded += 1
            const expected = expectedOr(() => expectedFacts(node, { accountId, report, days }))
            problems.push(...problemsOf(rows, expected))
          } else if (asUsual === JSON.stringify(rows)) same += 1
          else problems.push('a record that was not changed is not as it always is')
        }
        const rejected = outcome.rejects.map(({ reason }) => reason)
        const rejectedRows = outcome.rejects.reduce((sum, reject) => sum + reject.sourceRows, 0)
        if (same + loaded + rejectedRows !== rowsOf.length)
          problems.push('a record is neither loaded nor rejected')
        return {
          outcomes,
          same,
          loaded,
          rejected,
          problems,
          survivors: { to: 'facts', request, rows: others, outcome },
        }
      }
    },
  }
}

/** Each record as a page of its own, read as it was. */
function* pagesOfOne(page: RecordPage): Generator<RecordPage, void, undefined> {
  for (let index = 0; index < page.length; index += 1) {
    const plain = page.plainAt(index)
    yield plain === null
      ? new RecordPage([page.at(index)])
      : new RecordPage([null], {
          ...plain,
          fields: plain.fields.subarray(index * RECORD_SIZE),
          places: plain.places.subarray(2 * index),
        })
  }
}

function problemsOf(
  rows: readonly FactRow[],
  expected: ReturnType<typeof expectedFacts> | Unclear,
): string[] {
  if (expected instanceof Unclear) return [`loaded, but: ${expected.message}`]
  if (rows.length !== expected.length) return [`${rows.length} rows, not ${expected.length}`]
  return rows.flatMap((row, index) => differenceOf(row, expected[index] ?? {}) ?? [])
}
