import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ArchiveError } from '../../src/load/archive/archive-folder.ts'
import { archiveMonth, readFactMonths } from '../../src/load/archive/archive-month.ts'
import { restoreMonth } from '../../src/load/archive/restore-month.ts'
import { monthsOf } from '../../src/load/fact-months.ts'
import { readLedger } from '../../src/load/ledger.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { parseCalendarDate } from '../../src/model/calendar-date.ts'
import { arbitraryLoads, loadReports, type ReportLoad } from '../support/archived-facts.ts'
import { dumpWarehouse } from '../support/dump-warehouse.ts'
import { ACCOUNT, factRow } from '../support/fact-rows.ts'
import { createMemoryFolder } from '../support/memory-folder.ts'
import { propertyOptions } from '../support/property-options.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const DAY = parseCalendarDate('2024-10-29')
const [OCTOBER = expect.fail()] = monthsOf(DAY, DAY)

/** Two days of October and one of November, of each report. */
const LOADS: readonly ReportLoad[] = [
  {
    report: 'core',
    name: 'Größe 👍',
    clickSource: 'clicks_all',
    rows: [
      factRow(
        'fact_core_metrics',
        { date_id: '20241029', spend: '12.50', frequency: '1.020', clicks_all: '7' },
        1,
      ),
      factRow('fact_core_metrics', { date_id: '20241031', spend: '0.1234567890123456789' }, 2),
      factRow('fact_core_metrics', { date_id: '20241101', spend: '3' }, 1),
      factRow(
        'fact_action_metrics',
        { date_id: '20241029', action_type: 'link_click', action_count: '2.5' },
        1,
      ),
    ],
  },
  {
    report: 'country',
    name: 'x',
    clickSource: null,
    rows: [factRow('fact_country_metrics', { date_id: '20241029', country: 'US', spend: '12.5' }, 1)],
  },
]

const VIEWS = [
  'v_account_daily',
  'v_campaign_daily',
  'v_adset_daily',
  'v_ad_daily',
  'v_age_gender_daily',
  'v_country_daily',
  'v_action_daily',
]

const query = (warehouse: Warehouse, sql: string) => warehouse.use((session) => session.query(sql))

/** What every view answers, as text. */
async function answers(warehouse: Warehouse): Promise<unknown> {
  const all = []
  for (const view of VIEWS)
    all.push(await query(warehouse, `SELECT v::text AS row FROM ${view} v ORDER BY 1`))
  return all
}

const octoberRows = async (warehouse: Warehouse) =>
  (await query(warehouse, 'SELECT count(*) AS rows FROM fact_core_metrics WHERE date_id < 20241101'))[0]?.rows

const statuses = async (warehouse: Warehouse) =>
  (await query(warehouse, 'SELECT status, count(*) AS slices FROM etl_slice GROUP BY 1 ORDER BY 1')).map(
    ({ status, slices }) => `${status} ${slices}`,
  )

describeOnEachWarehouse('a month that is archived', (open) => {
  it('leaves the warehouse, stays in the ledger, and comes back as it was', async () => {
    const warehouse = await open()
    await loadReports(warehouse, LOADS)
    const [before, shown] = [await dumpWarehouse(warehouse), await answers(warehouse)]
    const folder = createMemoryFolder()
    const archived = await archiveMonth(warehouse, folder, OCTOBER, 0)
    expect(archived).toMatchObject({
      month: '2024-10',
      slices: 6,
      rows: { fact_core_metrics: 2, fact_country_metrics: 1 },
    })
    expect(await octoberRows(warehouse)).toBe('0')
    expect((await readFactMonths(warehouse)).map(({ number }) => number)).toEqual([202411])
    expect(await statuses(warehouse)).toEqual(['archived 6', 'loaded 4'])
    expect((await readLedger(warehouse, ACCOUNT)).filter(({ status }) => status === 'archived')).toHaveLength(
      6,
    )
    expect([...folder.files.keys()].every((file) => file.startsWith('month=2024-10/'))).toBe(true)
    await restoreMonth(warehouse, folder, OCTOBER)
    expect(await dumpWarehouse(warehouse)).toEqual(before)
    expect(await answers(warehouse)).toEqual(shown)
  })

  it('comes back as it was, whatever it holds', async () => {
    const warehouse = await open()
    await fc.assert(
      fc.asyncProperty(arbitraryLoads, async (loads) => {
        await loadReports(warehouse, loads)
        const before = await dumpWarehouse(warehouse)
        const folder = createMemoryFolder()
        const months = await readFactMonths(warehouse)
        for (const month of months) await archiveMonth(warehouse, folder, month, 0)
        expect(await readFactMonths(warehouse)).toEqual([])
        for (const month of months) await restoreMonth(warehouse, folder, month)
        expect(await dumpWarehouse(warehouse)).toEqual(before)
      }),
      propertyOptions(0.4),
    )
  }, 120_000)

  it('is restored into another warehouse, whose lookups have other ids', async () => {
    const [warehouse, other] = [await open(), await open()]
    await loadReports(warehouse, LOADS)
    const folder = createMemoryFolder()
    const shown = await answers(warehouse)
    for (const month of await readFactMonths(warehouse)) await archiveMonth(warehouse, folder, month, 0)
    await query(
      other,
      "INSERT INTO dim_action_type (action_type, category, is_canonical) VALUES ('a', 'b', false), ('c', 'd', false)",
    )
    for (const month of monthsOf(DAY, parseCalendarDate('2024-11-02')))
      await restoreMonth(other, folder, month)
    expect(await answers(other)).toEqual(shown)
    expect(await statuses(other)).toEqual(['loaded 10'])
  })

  it('is whole after a kill at any step, and the next run ends it', async () => {
    const warehouse = await open()
    await loadReports(warehouse, LOADS)
    const whole = await answers(warehouse)
    const before = await dumpWarehouse(warehouse)
    let left = Number.POSITIVE_INFINITY
    let steps = 0
    const folder = createMemoryFolder(() => {
      steps += 1
      if (left-- === 0) throw new Error('killed')
    })
    await archiveMonth(warehouse, folder, OCTOBER, 0)
    await restoreMonth(warehouse, folder, OCTOBER)
    const all = steps
    expect(all).toBeGreaterThan(40)
    for (let killAt = 0; killAt < all; killAt += 1) {
      left = killAt
      const ended = await archiveMonth(warehouse, folder, OCTOBER, 0).then(
        () => true,
        (error: Error) => error.message !== 'killed',
      )
      left = Number.POSITIVE_INFINITY
      if (ended) break
      expect(await answers(warehouse)).toEqual(whole)
    }
    await archiveMonth(warehouse, folder, OCTOBER, 0).catch(() => undefined)
    expect(await octoberRows(warehouse)).toBe('0')
    expect([...folder.files.keys()].every((file) => file.startsWith('month=2024-10/'))).toBe(true)
    await restoreMonth(warehouse, folder, OCTOBER)
    expect(await dumpWarehouse(warehouse)).toEqual(before)
  }, 120_000)

  it('stays when its files cannot be written, or are not read back as they were written', async () => {
    const warehouse = await open()
    await loadReports(warehouse, LOADS)
    const before = await dumpWarehouse(warehouse)
    const full = createMemoryFolder((step) => {
      if (step.includes('fact_country_metrics')) throw new ArchiveError('no space left on device')
    })
    await expect(archiveMonth(warehouse, full, OCTOBER, 0)).rejects.toThrow('no space left on device')
    const rotten = createMemoryFolder()
    const lying = {
      ...rotten,
      read: async (path: string) => (await rotten.read(path)).map((byte, i) => (i === 40 ? byte ^ 1 : byte)),
    }
    await expect(archiveMonth(warehouse, lying, OCTOBER, 0)).rejects.toThrow('is not what was written')
    expect(await dumpWarehouse(warehouse)).toEqual(before)
  })

  it('is whole after a kill in the midst of a transaction', async () => {
    const warehouse = await open()
    await loadReports(warehouse, LOADS)
    const whole = await answers(warehouse)
    const folder = createMemoryFolder()
    for (const at of ['DROP TABLE', 'UPDATE etl_slice']) {
      await expect(archiveMonth(failingAt(warehouse, at), folder, OCTOBER, 0)).rejects.toThrow('killed')
      expect(await answers(warehouse)).toEqual(whole)
    }
    await archiveMonth(warehouse, folder, OCTOBER, 0)
    const gone = await dumpWarehouse(warehouse)
    for (const at of ['CREATE TABLE', 'ATTACH PARTITION', 'INSERT INTO etl_slice']) {
      await expect(restoreMonth(failingAt(warehouse, at), folder, OCTOBER)).rejects.toThrow('killed')
      expect(await dumpWarehouse(warehouse)).toEqual(gone)
    }
    await restoreMonth(warehouse, folder, OCTOBER)
    expect(await answers(warehouse)).toEqual(whole)
  })

  it('that is damaged anywhere is refused, and changes nothing', async () => {
    const warehouse = await open()
    await loadReports(warehouse, LOADS)
    const folder = createMemoryFolder()
    await archiveMonth(warehouse, folder, OCTOBER, 0)
    const gone = await dumpWarehouse(warehouse)
    for (const [file, bytes] of [...folder.files].filter(([name]) => name.endsWith('.parquet'))) {
      const damaged = Uint8Array.from(bytes)
      const at = damaged.length >> 1
      damaged[at] = (damaged[at] ?? 0) ^ 1
      folder.files.set(file, damaged)
      await expect(restoreMonth(warehouse, folder, OCTOBER), file).rejects.toThrow(ArchiveError)
      folder.files.set(file, bytes)
    }
    expect((await dumpWarehouse(warehouse)).filter((line) => !line.startsWith('dim_'))).toEqual(
      gone.filter((line) => !line.startsWith('dim_')),
    )
    folder.files.set('month=2024-10/manifest.json', new TextEncoder().encode('{}'))
    await expect(restoreMonth(warehouse, folder, OCTOBER)).rejects.toThrow('is damaged')
  })

  it('is refused when its files are of another time or another warehouse', async () => {
    const [warehouse, other] = [await open(), await open()]
    await loadReports(warehouse, LOADS)
    await loadReports(
      other,
      LOADS.map((load) => ({ ...load, rows: load.rows.slice(0, 1) })),
    )
    const [folder, wrong] = [createMemoryFolder(), createMemoryFolder()]
    await archiveMonth(warehouse, folder, OCTOBER, 0)
    await archiveMonth(other, wrong, OCTOBER, 0)
    await expect(restoreMonth(warehouse, wrong, OCTOBER)).rejects.toThrow(
      'is not the one that this warehouse has made',
    )
  })

  it('does not replace what another warehouse has put into the folder', async () => {
    const [warehouse, other] = [await open(), await open()]
    await loadReports(warehouse, LOADS)
    await loadReports(other, LOADS.slice(1))
    const folder = createMemoryFolder()
    await archiveMonth(warehouse, folder, OCTOBER, 0)
    await expect(archiveMonth(other, folder, OCTOBER, 0)).rejects.toThrow(
      'another one archives into this folder',
    )
  })

  it('is archived as a whole when slices have come since', async () => {
    const warehouse = await open()
    await loadReports(warehouse, LOADS.slice(0, 1))
    const folder = createMemoryFolder()
    await archiveMonth(warehouse, folder, OCTOBER, 0)
    await loadReports(warehouse, LOADS.slice(1))
    expect(await archiveMonth(warehouse, folder, OCTOBER, 0)).toMatchObject({
      slices: 6,
      rows: { fact_core_metrics: 2, fact_action_metrics: 1, fact_country_metrics: 1 },
    })
    expect(await statuses(warehouse)).toEqual(['archived 6', 'loaded 4'])
  })

  it('stays when it has changed since it was written', async () => {
    const warehouse = await open()
    await loadReports(warehouse, LOADS)
    const folder = createMemoryFolder()
    const changes = [
      'UPDATE fact_core_metrics SET spend = spend + 1 WHERE date_id = 20241029 AND account_id = 1003',
      "UPDATE etl_slice SET attempts = attempts + 1 WHERE account_id = 1003 AND date = '2024-10-29'",
    ]
    for (const change of changes) {
      const meddling: typeof folder = {
        ...folder,
        async write(path, bytes) {
          await folder.write(path, bytes)
          if (path.endsWith('manifest.json')) await query(warehouse, change)
        },
      }
      await expect(archiveMonth(warehouse, meddling, OCTOBER, 0)).rejects.toThrow(
        'has changed while it was archived',
      )
      expect(await octoberRows(warehouse)).toBe('2')
    }
    await archiveMonth(warehouse, folder, OCTOBER, 0)
    expect(await octoberRows(warehouse)).toBe('0')
  })
})

/** The warehouse, whose sessions throw at the first statement with `text` in it. */
function failingAt(warehouse: Warehouse, text: string): Warehouse {
  return {
    ...warehouse,
    use: (body) =>
      warehouse.use((session) =>
        body({
          ...session,
          query: async (sql, params) => {
            if (sql.includes(text)) throw new Error('killed')
            return session.query(sql, params)
          },
        }),
      ),
  }
}
