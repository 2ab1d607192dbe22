import { execFileSync, spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseCalendarDate } from '../../src/model/calendar-date.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import { REPORT_NAMES } from '../../src/model/report.ts'
import { createMetrics } from '../../src/observe/metrics.ts'
import { readWarehouseFigures } from '../../src/observe/read-figures.ts'
import type { WarehouseFigures } from '../../src/observe/warehouse-gauges.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { createTestClock } from '../extract/support/test-clock.ts'
import { propertyOptions } from '../support/property-options.ts'
import { createTestSync, NOW } from '../support/test-sync.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const NOTHING: WarehouseFigures = {
  slices: new Map(),
  lastRun: null,
  accounts: [],
  tokens: [],
  incidents: new Map(),
}

/** The values of the samples, by name and labels as they stand in the text. */
function samplesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]))
}

/** Debian's package `prometheus` brings it. */
const hasPromtool = spawnSync('promtool', ['--version']).status === 0

describeOnEachWarehouse('the metrics of a sync', (open) => {
  it('add up to its summary, and promtool accepts them', async () => {
    const warehouse = await open()
    const sync = createTestSync(warehouse, {
      world: createWorld({ seed: 3, nowMs: NOW, accounts: 2, ads: 6, days: 8 }),
    })
    const scope = { accounts: null, reports: REPORT_NAMES }
    const metrics = createMetrics({
      nowMs: () => sync.clock.now(),
      readFigures: () => readWarehouseFigures(warehouse, scope, sync.clock.now()),
      readQueue: async () => ({ created: 2, active: 1 }),
    })
    sync.simulator.fail({ error: 'unknown', match: { edge: 'insights' }, times: 2 })
    sync.simulator.fail({ error: 'account-limit', match: { edge: 'insights' }, after: 4, times: 1 })
    const { summary } = await sync.run({ days: 8 }, { onEvent: metrics.onEvent })
    const text = await metrics.text()
    const samples = samplesOf(text)

    expect(samples.get('fbads_slices_total{state="loaded"}')).toBe(summary.slices.loaded)
    expect(samples.get('fbads_slices_total{state="unchanged"}')).toBe(summary.slices.unchanged)
    expect(samples.get('fbads_slices_total{state="failed"}')).toBe(summary.slices.failed)
    for (const [table, { inserted }] of Object.entries(summary.rows))
      if (inserted > 0)
        expect(samples.get(`fbads_rows_total{table="${table}",change="inserted"}`)).toBe(inserted)
    const sumOf = (name: string) =>
      [...samples].reduce((sum, [key, value]) => (key.startsWith(`${name}{`) ? sum + value : sum), 0)
    expect(sumOf('fbads_api_calls_total')).toBe(summary.apiCalls)
    expect(samples.get('fbads_api_calls_total{outcome="transient"}')).toBe(2)
    expect(samples.get('fbads_api_calls_total{outcome="throttled"}')).toBe(1)
    expect(sumOf('fbads_request_load_seconds_count')).toBe(12)
    expect(sumOf('fbads_load_transaction_seconds_count')).toBe(12)
    expect(samples.get('fbads_ledger_slices{state="loaded"}')).toBe(48)
    expect(samples.get('fbads_last_run_status{status="succeeded"}')).toBe(1)
    expect(samples.get('fbads_warehouse_up')).toBe(1)
    expect(samples.get('fbads_queue_jobs{state="created"}')).toBe(2)
    expect([...samples.keys()].filter((key) => key.startsWith('fbads_account_lag_seconds'))).toHaveLength(2)
    if (hasPromtool) execFileSync('promtool', ['check', 'metrics'], { input: text })
  })
})

it('a warehouse that is away is told, and what this process counted stays', async () => {
  const metrics = createMetrics({
    nowMs: () => 0,
    readFigures: () => Promise.reject(new Error('away')),
    readQueue: () => Promise.reject(new Error('away')),
  })
  const samples = samplesOf(await metrics.text())
  expect(samples.get('fbads_warehouse_up')).toBe(0)
  expect(samples.get('fbads_slices_total{state="loaded"}')).toBe(0)
  expect([...samples.keys()].filter((key) => /ledger|last_run|lag|active|token|queue/.test(key))).toEqual([])
})

it('the warehouse is asked once for scrapes within some seconds', async () => {
  const clock = createTestClock()
  let asked = 0
  const readFigures = async () => {
    asked += 1
    return NOTHING
  }
  const metrics = createMetrics({ nowMs: () => clock.now(), readFigures, readQueue: null })
  await Promise.all([metrics.text(), metrics.text()])
  clock.advance(14_000)
  await metrics.text()
  expect(asked).toBe(1)
  clock.advance(2_000)
  await metrics.text()
  expect(asked).toBe(2)
})

it('of thousands of accounts the most used and the furthest behind are shown, of each its last reading within the hour', () => {
  const reading = fc.record({ id: fc.integer({ min: 1, max: 200 }), percent: fc.nat(150) })
  return fc.assert(
    fc.asyncProperty(fc.array(reading, { maxLength: 400 }), async (readings) => {
      const clock = createTestClock()
      const accounts = Array.from({ length: 1_500 }, (_, i) => ({
        accountId: parseAccountId(String(i + 1)),
        name: 'a',
        newestDay: parseCalendarDate('2026-11-01'),
        lagDays: i,
      }))
      const readFigures = async () => ({ ...NOTHING, accounts })
      const metrics = createMetrics({ nowMs: () => clock.now(), readFigures, readQueue: null })
      const usage = (id: number | null, percent: number) => {
        const accountId = id === null ? null : parseAccountId(String(id))
        metrics.onEvent({ type: 'usage', accountId, percent, useCase: 'ads_insights' })
      }
      usage(7, 999)
      clock.advance(3_600_001)
      const last = new Map<number, number>()
      usage(null, 3)
      for (const { id, percent } of readings) {
        usage(id, percent)
        last.set(id, percent)
      }
      const samples = samplesOf(await metrics.text())
      const shown = [...samples].filter(([key]) => key.includes('scope="account"')).map(([, value]) => value)
      const highest = [...last.values()].sort((a, b) => b - a).slice(0, 50)
      expect(shown.sort((a, b) => b - a)).toEqual(highest)
      expect([...samples.keys()].filter((key) => key.includes('scope="app"'))).toHaveLength(1)
      const lags = [...samples].filter(([key]) => key.startsWith('fbads_account_lag_seconds'))
      expect(lags).toHaveLength(1_000)
      expect(Math.min(...lags.map(([, value]) => value))).toBe(500 * 86_400)
      expect(samples.get('fbads_active_accounts')).toBe(1_500)
    }),
    propertyOptions(1),
  )
})
