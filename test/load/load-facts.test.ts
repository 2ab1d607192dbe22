import fc from 'fast-check'
import { expect, it } from 'vitest'
import { finishBuilds } from '../../src/load/finish-builds.ts'
import { startFactLoad } from '../../src/load/load-facts.ts'
import { createLookups } from '../../src/load/lookups.ts'
import { startRun } from '../../src/load/runs.ts'
import type { Row, Warehouse } from '../../src/load/session.ts'
import { parseCalendarDate } from '../../src/model/calendar-date.ts'
import { type ClickSource, FACT_TABLE_NAMES, type FactRow } from '../../src/model/fact.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import { REPORT_NAMES, REPORTS, type ReportName } from '../../src/model/report.ts'
import type { InsightsRequest, RequestOutcome } from '../../src/model/slice.ts'
import { expectedFacts, readFacts, sorted } from '../support/fact-model.ts'
import { ACCOUNT, arbitraryClickSource, arbitraryRow, factRow, outcomeOf } from '../support/fact-rows.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const NOW = Date.UTC(2024, 10, 2, 12)

function requestOf(report: ReportName, account = ACCOUNT): InsightsRequest {
  return {
    accountId: account,
    report,
    since: parseCalendarDate('2024-10-28'),
    until: parseCalendarDate('2024-10-31'),
  }
}

async function load(
  warehouse: Warehouse,
  request: InsightsRequest,
  rows: readonly FactRow[],
  outcome: RequestOutcome = outcomeOf(rows),
  lookups = createLookups(),
) {
  const tools = { runId: await startRun(warehouse, request, NOW), nowMs: () => NOW }
  const factLoad = startFactLoad(warehouse, lookups, request, tools)
  try {
    await factLoad.add(rows)
    const { counts } = await factLoad.commit(outcome)
    await finishBuilds(warehouse)
    return counts
  } finally {
    await factLoad.abort()
  }
}

/** Everything that a load writes, and which transaction wrote it. */
async function stateOf(warehouse: Warehouse): Promise<Row[]> {
  const tables = [...FACT_TABLE_NAMES, 'dim_account', 'dim_campaign', 'dim_adset', 'dim_ad']
  const states = await Promise.all(
    tables.map((table) =>
      warehouse.use((session) =>
        session.query(`SELECT '${table}' AS table, xmin::text, t.* FROM ${table} t`),
      ),
    ),
  )
  return states.flat().sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

const loads = (report: ReportName) =>
  fc.record({
    rows: fc
      .tuple(
        ...REPORTS[report].tables.map((table) =>
          fc.array(arbitraryRow(table, requestOf(report)), { maxLength: 30 }),
        ),
      )
      .map((lists) => lists.flat()),
    clickSource: arbitraryClickSource,
  })

describeOnEachWarehouse('a load of facts', (open) => {
  it.each(REPORT_NAMES)(
    'makes the facts of %s what its rows say, whatever was there before',
    async (report) => {
      const warehouse = await open()
      const lookups = createLookups()
      const request = requestOf(report)
      await fc.assert(
        fc.asyncProperty(loads(report), async ({ rows, clickSource }) => {
          const before = new Map<string, number>()
          for (const table of REPORTS[report].tables)
            before.set(table, (await readFacts(warehouse, table)).length)
          const counts = await load(warehouse, request, rows, outcomeOf(rows, clickSource), lookups)
          for (const table of REPORTS[report].tables) {
            const expected = expectedFacts(table, rows, clickSource)
            expect(sorted(await readFacts(warehouse, table))).toEqual(sorted(expected))
            const { inserted, updated, unchanged, deleted } = counts[table] ?? expect.fail()
            expect(inserted + updated + unchanged).toBe(expected.length)
            expect(updated + unchanged + deleted).toBe(before.get(table))
          }
        }),
        { numRuns: 12 },
      )
    },
  )

  it('writes nothing when the same slice is loaded again', async () => {
    const warehouse = await open()
    await fc.assert(
      fc.asyncProperty(loads('core'), async ({ rows, clickSource }) => {
        const outcome = outcomeOf(rows, clickSource)
        await load(warehouse, requestOf('core'), rows, outcome)
        const state = await stateOf(warehouse)
        const counts = await load(warehouse, requestOf('core'), rows.toReversed(), outcome)
        expect(await stateOf(warehouse)).toEqual(state)
        expect(
          Object.values(counts).map(({ inserted, updated, deleted }) => inserted + updated + deleted),
        ).toEqual([0, 0])
      }),
      { numRuns: 8 },
    )
  })

  it('updates what a restated day changed, deletes what vanished, and leaves the rest', async () => {
    const warehouse = await open()
    const spent = (ad: number, spend: string) => factRow('fact_core_metrics', { spend }, ad)
    await load(warehouse, requestOf('core'), [spent(1, '1'), spent(2, '2'), spent(3, '3')])
    const counts = await load(warehouse, requestOf('core'), [
      spent(1, '1.00'),
      spent(2, '2.5'),
      spent(4, '4'),
    ])
    expect(counts.fact_core_metrics).toEqual({ inserted: 1, updated: 1, unchanged: 1, deleted: 1 })
  })

  it('leaves other days, other accounts and other reports alone', async () => {
    const warehouse = await open()
    const other = parseAccountId('2004')
    const theirs = factRow('fact_core_metrics', { account_id: other, spend: '7' }, 9)
    await load(warehouse, requestOf('core', other), [theirs])
    await load(warehouse, requestOf('core'), [factRow('fact_core_metrics', { spend: '1' })])
    const nextDay = parseCalendarDate('2024-11-01')
    const november = { ...requestOf('core'), since: nextDay, until: nextDay }
    await load(warehouse, november, [factRow('fact_core_metrics', { date_id: '20241101', spend: '2' })])
    await load(warehouse, requestOf('country'), [])
    await load(warehouse, november, [])
    expect((await readFacts(warehouse, 'fact_core_metrics')).map((fact) => fact.spend).sort()).toEqual([1, 7])
  })

  it('changes nothing when it is aborted, and nothing more after its commit', async () => {
    const warehouse = await open()
    const request = requestOf('core')
    await load(warehouse, request, [factRow('fact_core_metrics', { spend: '1' })])
    const state = await stateOf(warehouse)
    const tools = { runId: await startRun(warehouse, request, NOW), nowMs: () => NOW }
    const aborted = startFactLoad(warehouse, createLookups(), request, tools)
    await aborted.add([factRow('fact_core_metrics', { spend: '2' }), factRow('fact_action_metrics')])
    await aborted.abort()
    await aborted.abort()
    expect(await stateOf(warehouse)).toEqual(state)
    await expect(aborted.commit(outcomeOf([]))).rejects.toThrow()
  })

  it('rolls all of it back when a row breaks a rule', async () => {
    const warehouse = await open()
    const request = requestOf('core')
    await load(warehouse, request, [factRow('fact_core_metrics', { spend: '1' })])
    const state = await stateOf(warehouse)
    const orphan = factRow('fact_core_metrics', { spend: '2' }, 5)
    await expect(load(warehouse, request, [orphan], outcomeOf([]))).rejects.toThrow(/foreign key/)
    expect(await stateOf(warehouse)).toEqual(state)
  })

  it('refuses rows of another account, day or report', async () => {
    const warehouse = await open()
    const rows = [
      factRow('fact_core_metrics', { account_id: '5' }),
      factRow('fact_core_metrics', { date_id: '20241101' }),
      factRow('fact_country_metrics'),
    ]
    for (const row of rows)
      await expect(load(warehouse, requestOf('core'), [row])).rejects.toThrow(RangeError)
  })

  it("counts as clicks what the day's own source counts, and 0 in a row or a day without it", async () => {
    const warehouse = await open()
    const rows = [
      factRow('fact_country_metrics', { country: 'US', link_clicks: '5', clicks_all: '9' }),
      factRow('fact_country_metrics', { country: 'DE', clicks_all: '3' }),
      factRow('fact_country_metrics', { country: 'US', date_id: '20241029', clicks_all: '4' }),
      factRow('fact_country_metrics', { country: 'US', date_id: '20241030', clicks_all: '0' }),
    ]
    const clickSources = new Map<ReturnType<typeof parseCalendarDate>, ClickSource>([
      [parseCalendarDate('2024-10-28'), 'link_clicks'],
      [parseCalendarDate('2024-10-29'), 'clicks_all'],
    ])
    await load(warehouse, requestOf('country'), rows, { ...outcomeOf(rows), clickSources })
    const facts = await readFacts(warehouse, 'fact_country_metrics')
    expect(facts.map((fact) => [fact.date_id, fact.country, fact.clicks, fact.click_source]).sort()).toEqual([
      [20241028, 'DE', 0, 'link_clicks'],
      [20241028, 'US', 5, 'link_clicks'],
      [20241029, 'US', 4, 'clicks_all'],
      [20241030, 'US', 0, null],
    ])
  })

  it('puts every day of the request into the ledger, also those without rows', async () => {
    const warehouse = await open()
    const rows = [factRow('fact_core_metrics'), factRow('fact_core_metrics', {}, 2)]
    await load(warehouse, requestOf('core'), rows)
    await load(warehouse, requestOf('core'), rows)
    const ledger = await warehouse.use((session) =>
      session.query(
        'SELECT date, status, row_count, attempts, error, loaded_at FROM etl_slice ORDER BY date',
      ),
    )
    const day = (date: string, row_count: string) => ({
      date,
      status: 'loaded',
      row_count,
      attempts: 2,
      error: null,
      loaded_at: new Date(NOW),
    })
    expect(ledger).toEqual([
      day('2024-10-28', '2'),
      day('2024-10-29', '0'),
      day('2024-10-30', '0'),
      day('2024-10-31', '0'),
    ])
  })

  it('keeps rejects with characters that the database cannot hold', async () => {
    const warehouse = await open()
    const payload = { 'a\0': 'b\0\\u0000', lone: '\ud800', pair: '👍', list: [1, null] }
    await load(warehouse, requestOf('core'), [], {
      ...outcomeOf([]),
      rejects: [
        { reason: 'no ad\0', payload, sourceRows: 1 },
        { reason: 'nothing at all', payload: undefined, sourceRows: 7 },
      ],
    })
    const rejects = await warehouse.use((session) =>
      session.query('SELECT reason, payload, source_rows FROM etl_reject ORDER BY reject_id'),
    )
    expect(rejects).toEqual([
      {
        reason: 'no ad\ufffd',
        payload: { 'a\ufffd': 'b\ufffd\\u0000', lone: '\ufffd', pair: '👍', list: [1, null] },
        source_rows: '1',
      },
      { reason: 'nothing at all', payload: null, source_rows: '7' },
    ])
  })

  it('lets two loads of one account at once end as one after the other', async () => {
    const warehouse = await open()
    const lookups = createLookups()
    const versions = ['1', '2', '3', '4'].map((spend) =>
      [1, 2, 3].map((ad) => factRow('fact_core_metrics', { spend }, ad)),
    )
    await Promise.all(
      versions.map((rows) => load(warehouse, requestOf('core'), rows, outcomeOf(rows), lookups)),
    )
    const spends = (await readFacts(warehouse, 'fact_core_metrics')).map((fact) => fact.spend)
    expect(spends).toHaveLength(3)
    expect(new Set(spends).size).toBe(1)
  })

  it('lets accounts that bring the same new members at once share them', async () => {
    const warehouse = await open()
    const accounts = ['11', '12', '13', '14'].map(parseAccountId)
    await Promise.all(
      accounts.map((account, i) => {
        const rows = [3, 1, 2].map((ad) =>
          factRow('fact_country_metrics', { account_id: account, country: 'QX' }, ad),
        )
        const ordered = i % 2 === 0 ? rows : rows.toReversed()
        return load(warehouse, requestOf('country', account), ordered)
      }),
    )
    const [row] = await warehouse.use((session) =>
      session.query(
        `SELECT (SELECT count(*) FROM fact_country_metrics) AS facts, (SELECT count(*) FROM dim_ad) AS ads,
                (SELECT country_name FROM dim_country WHERE country_code = 'QX') AS country`,
      ),
    )
    expect(row).toEqual({ facts: '12', ads: '4', country: 'QX' })
  })
})
