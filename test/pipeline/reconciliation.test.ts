import { expect, it } from 'vitest'
import type { Warehouse } from '../../src/load/session.ts'
import { validateWarehouse } from '../../src/pipeline/validate-warehouse.ts'
import { DEFAULT_THRESHOLDS } from '../../src/quality/thresholds.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { createTestSync, DAY_MS, eventsOf, NOW } from '../support/test-sync.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const world = () => createWorld({ seed: 7, nowMs: NOW, ads: 20, days: 12 })
const longWorld = () => createWorld({ seed: 7, nowMs: NOW, ads: 4, days: 60 })

const SCOPE = {
  accounts: 'all',
  asked: null,
  reports: ['core', 'age_gender', 'country'],
  thresholds: DEFAULT_THRESHOLDS,
} as const

async function failuresOf(warehouse: Warehouse, nowMs: number) {
  const { checks } = await validateWarehouse(warehouse, SCOPE, nowMs)
  return checks.filter(({ status }) => status === 'fail')
}

describeOnEachWarehouse('reconciliation', (open) => {
  it('does not hold one report against figures that were read with another on a later day', async () => {
    const warehouse = await open()
    const sync = createTestSync(warehouse, { world: world() })
    await sync.run({ days: 10 })
    sync.clock.advance(5 * DAY_MS)
    const { summary } = await sync.run({ days: 12 }, { settings: { reports: ['country'] } })
    const unequal = summary.checks.filter(
      ({ name, status }) => name.startsWith('reconciliation') && status !== 'pass',
    )
    expect(unequal).toEqual([])
    expect(await failuresOf(warehouse, sync.clock.now())).toEqual([])
  })

  it("does not hold the facts against totals of an earlier day when the API's totals cannot be read", async () => {
    const warehouse = await open()
    const sync = createTestSync(warehouse, { world: world() })
    await sync.run({ days: 4 })
    sync.clock.advance(DAY_MS)
    sync.simulator.fail({
      error: 'invalid-parameter',
      match: { edge: 'insights', where: ({ params }) => params.level === 'account' },
      times: Number.POSITIVE_INFINITY,
    })
    const { summary } = await sync.run({ days: 5 })
    expect(summary.checks.find(({ name }) => name === 'reconciliation_api')).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('4 of 4 days are not proven'),
    })
    expect(await failuresOf(warehouse, sync.clock.now())).toEqual([])
  })

  it('keeps the proof of days of which a later sync reads another report alone', async () => {
    const warehouse = await open()
    const sync = createTestSync(warehouse, {
      world: longWorld(),
      settings: { firstPullDays: 45, dailyPullDays: 7 },
    })
    const isOfOldDays = ({ breakdowns, time_range: range }: Readonly<Record<string, unknown>>) =>
      String(breakdowns).includes('country') && String(range).includes('2026-10-')
    sync.simulator.fail({
      error: 'invalid-parameter',
      match: { edge: 'insights', where: ({ params }) => isOfOldDays(params) },
      times: 3,
    })
    const { events: before } = await sync.run(null)
    expect(eventsOf(before, 'slices-failed').length).toBeGreaterThan(0)
    sync.clock.advance(DAY_MS)
    const { events } = await sync.run(null)
    expect(
      eventsOf(events, 'loaded').some(
        ({ request }) => request.report === 'country' && request.since < '2026-10-25',
      ),
    ).toBe(true)
    const { checks } = await validateWarehouse(warehouse, SCOPE, sync.clock.now())
    expect(checks.find(({ name }) => name === 'reconciliation_api')).toMatchObject({ status: 'pass' })
  })

  it('proves also what a sync has loaded that did not come to the totals, with the next one', async () => {
    const warehouse = await open()
    const sync = createTestSync(warehouse, {
      world: longWorld(),
      settings: { firstPullDays: 45, dailyPullDays: 29 },
    })
    sync.simulator.fail({
      error: 'invalid-parameter',
      match: { edge: 'insights', where: ({ params }) => params.level === 'account' },
    })
    await sync.run(null)
    sync.clock.advance(DAY_MS)
    const { events } = await sync.run(null)
    expect(eventsOf(events, 'planned')).toMatchObject([{ slices: 3 * 30 }])
    const { checks } = await validateWarehouse(warehouse, SCOPE, sync.clock.now())
    expect(checks.find(({ name }) => name === 'reconciliation_api')).toMatchObject({
      status: 'pass',
      measured: expect.stringContaining('45 of 45 days'),
    })
  })
})
