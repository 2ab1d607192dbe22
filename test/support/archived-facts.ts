import fc from 'fast-check'
import { finishBuilds } from '../../src/load/finish-builds.ts'
import { startFactLoad } from '../../src/load/load-facts.ts'
import { createLookups } from '../../src/load/lookups.ts'
import { startRun } from '../../src/load/runs.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { parseCalendarDate } from '../../src/model/calendar-date.ts'
import { FACT_TABLES, type FactRow, type MeasureKind } from '../../src/model/fact.ts'
import { REPORT_NAMES, REPORTS, type ReportName } from '../../src/model/report.ts'
import type { InsightsRequest } from '../../src/model/slice.ts'
import { ACCOUNT, arbitraryClickSource, factRow, outcomeOf } from './fact-rows.ts'

/** The last days of one month and the first of the next. */
const SINCE = parseCalendarDate('2024-10-29')
const UNTIL = parseCalendarDate('2024-11-02')

/** Up to 38 digits, with the point anywhere and zeros at the end; some are longer than any DECIMAL. */
const arbitraryAmount = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.integer({ min: 0, max: 20 }))
  .map(([digits, scale]) => {
    const text = String(digits).padStart(scale + 1, '0')
    return scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`
  })

const VALUES: Readonly<Record<MeasureKind, fc.Arbitrary<string | null>>> = {
  count: fc.bigInt({ min: 0n, max: 10n ** 12n }).map(String),
  amount: fc.oneof(
    fc.constant('0'),
    fc.nat(100_000).map((cents) => (cents / 100).toFixed(2)),
    arbitraryAmount,
  ),
  unique: fc.option(fc.nat(1000).map(String)),
}

const LOOKUP_VALUES = {
  age_group: ['18-24', '65+', null],
  gender: ['female', 'unknown', null],
  country: ['US', 'DE', 'ZZ', null],
  action_type: ['link_click', 'a\ttab \\ and\nline', 'Größe 👍', '\ufeffmark', null],
} as const

const DATES = ['20241029', '20241030', '20241031', '20241101', '20241102']

/** What a load of one report brings: ids beyond 2^53, long decimals, nulls, any text for a name. */
export interface ReportLoad {
  readonly report: ReportName
  readonly rows: readonly FactRow[]
  readonly name: string
  readonly clickSource: Parameters<typeof outcomeOf>[1]
}

function arbitraryRows(report: ReportName): fc.Arbitrary<FactRow[]> {
  const tables = REPORTS[report].tables.map((table) => {
    const { lookups, measures } = FACT_TABLES[table]
    return fc
      .record({
        ad: fc.integer({ min: 1, max: 4 }),
        date_id: fc.constantFrom(...DATES),
        lookups: fc.record(
          Object.fromEntries(lookups.map((lookup) => [lookup, fc.constantFrom(...LOOKUP_VALUES[lookup])])),
        ),
        measures: fc.record(
          Object.fromEntries(
            Object.entries(measures).map(([name, kind]: [string, MeasureKind]) => [name, VALUES[kind]]),
          ),
        ),
      })
      .map(({ ad, date_id, lookups: texts, measures: values }) =>
        factRow(table, { date_id, ...texts, ...values }, ad),
      )
  })
  return fc.array(fc.oneof(...tables), { minLength: 1, maxLength: 12 })
}

export const arbitraryLoads: fc.Arbitrary<readonly ReportLoad[]> = fc.tuple(
  ...REPORT_NAMES.map((report) =>
    fc.record({
      report: fc.constant(report),
      rows: arbitraryRows(report),
      name: fc.string({ unit: 'grapheme' }),
      clickSource: arbitraryClickSource,
    }),
  ),
)

/** Loads into the warehouse what a sync would. */
export async function loadReports(warehouse: Warehouse, loads: readonly ReportLoad[]): Promise<void> {
  const lookups = createLookups()
  for (const { report, rows, name, clickSource } of loads) {
    const request: InsightsRequest = { accountId: ACCOUNT, report, since: SINCE, until: UNTIL }
    const runId = await startRun(warehouse, request, 0)
    const load = startFactLoad(warehouse, lookups, request, { runId, nowMs: () => 0 })
    await load.add(rows)
    const outcome = outcomeOf(rows, clickSource)
    await load.commit({ ...outcome, seenAds: outcome.seenAds.map((ad) => ({ ...ad, adName: name })) })
  }
  await finishBuilds(warehouse)
}
