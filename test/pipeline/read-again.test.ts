import fc from 'fast-check'
import { expect, it } from 'vitest'
import { addDays, type CalendarDate, daysOf, parseCalendarDate } from '../../src/model/calendar-date.ts'
import type { SimulatedCall } from '../../src/simulator/graph/call.ts'
import { createWorld, type World } from '../../src/simulator/world.ts'
import { expectedFacts, expectFacts, storedFacts } from '../support/expect-world.ts'
import { forgetAccounts } from '../support/forget-accounts.ts'
import { propertyOptions } from '../support/property-options.ts'
import { createTestSync, eventsOf, NOW } from '../support/test-sync.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const UNTIL = parseCalendarDate('2026-11-04')
const SINCE = addDays(UNTIL, -1)
const DAYS = daysOf(SINCE, UNTIL)
const ASKED = { since: SINCE, until: UNTIL }
const SHARE = { pglite: 1, postgres: 0.25 }

/** Pages of 31 rows: what a limit of 500 is halved to. */
const SMALL_PAGES = {
  sizeLimit: { cells: 700, of: 'page', error: 'too-much-data' },
  settings: { reports: ['core'] },
} as const

const isRead = ({ edge, method, params }: SimulatedCall) =>
  edge === 'insights' && method === 'GET' && params.level === 'ad'

function accountOf(world: World) {
  const [account] = world.accounts
  if (account === undefined) throw new RangeError('a world without accounts')
  return account
}

function restate(world: World, day: CalendarDate): void {
  world.restate(accountOf(world).id, day)
}

describeOnEachWarehouse('a world that is restated while it is read', (open) => {
  it('is loaded as it was before or as it is after, and never as a mixture of both', async () => {
    const warehouse = await open()
    const scenario = fc.record({
      seed: fc.nat(1_000_000),
      ads: fc.integer({ min: 20, max: 60 }),
      after: fc.integer({ min: 0, max: 4 }),
      day: fc.constantFrom(...DAYS),
    })
    await fc.assert(
      fc.asyncProperty(scenario, async ({ seed, ads, after, day }) => {
        const world = createWorld({ seed, nowMs: NOW, ads, days: 4 })
        await forgetAccounts(warehouse)
        const sync = createTestSync(warehouse, { world, ...SMALL_PAGES })
        // The pages have shrunk by now, so that each call that matches reads a page.
        await sync.run(ASKED)
        const before = expectedFacts('fact_core_metrics', world, DAYS, NOW)
        expect(await storedFacts(warehouse, 'fact_core_metrics')).toEqual(before)

        sync.simulator.before({ match: { where: isRead }, after, act: () => restate(world, day) })
        const { summary } = await sync.run(ASKED)
        const hasHappened = sync.simulator.unusedFaults().length === 0
        expect(summary).toMatchObject({
          status: 'succeeded',
          slices: { loaded: expect.any(Number), failed: 0 },
        })
        expect(await storedFacts(warehouse, 'fact_core_metrics')).toEqual(
          hasHappened ? expectedFacts('fact_core_metrics', world, DAYS, NOW) : before,
        )
      }),
      propertyOptions(SHARE[warehouse.kind]),
    )
  }, 300_000)

  it('is read again once when a row has changed between two pages', async () => {
    const world = createWorld({ seed: 3, nowMs: NOW, ads: 60, days: 4 })
    const sync = createTestSync(await open(), { world, ...SMALL_PAGES })
    await sync.run(ASKED)
    sync.simulator.before({ match: { where: isRead }, after: 1, act: () => restate(world, UNTIL) })
    const { events } = await sync.run(ASKED)
    expect(eventsOf(events, 'reading-again')).toMatchObject([
      { what: expect.stringContaining('/insights'), error: { kind: 'cursor' } },
    ])
  })

  it('is taken by a report run when it never stands still', async () => {
    const warehouse = await open()
    const world = createWorld({ seed: 3, nowMs: NOW, ads: 60, days: 4 })
    const sync = createTestSync(warehouse, { world, ...SMALL_PAGES })
    await sync.run(ASKED)
    sync.simulator.before({
      match: { where: isRead },
      times: Number.POSITIVE_INFINITY,
      act: () => restate(world, UNTIL),
    })
    const posts = () =>
      sync.simulator.calls.filter(({ method, edge }) => method === 'POST' && edge === 'insights')
    expect(posts()).toHaveLength(0)
    const { summary, events } = await sync.run(ASKED)
    expect(summary).toMatchObject({ status: 'succeeded', slices: { failed: 0 } })
    expect(eventsOf(events, 'reading-again')).toHaveLength(3)
    expect(posts()).toHaveLength(1)
    await expectFacts(warehouse, world, DAYS, NOW, ['fact_core_metrics'])
  })
})
