import { expect, it } from 'vitest'
import { openPostgres } from '../../src/load/postgres.ts'
import { createWorld } from '../../src/simulator/world.ts'
import { createTestSync, eventsOf, NOW } from '../support/test-sync.ts'
import { serverOptions } from '../support/warehouses.ts'

const PAGE_ROWS = 1_000

it('a large account takes few calls: its metadata, and its lookback read again', async () => {
  const world = createWorld({ seed: 1, nowMs: NOW, accounts: 1, ads: 10_000, campaigns: 100, days: 60 })
  const [account] = world.accounts
  expect(account?.adsets.length).toBeGreaterThanOrEqual(1_000)
  const warehouse = await openPostgres(serverOptions())
  try {
    const sync = createTestSync(warehouse, { world, keepLast: 10_000, settings: { reports: ['core'] } })
    let earlier = 0
    const run = async () => {
      const { events } = await sync.run({ days: 28 })
      const calls = sync.simulator.calls.slice(earlier)
      earlier = sync.simulator.calls.length
      const count = (path: RegExp) => calls.filter((call) => path.test(call.path)).length
      return {
        records: eventsOf(events, 'loaded').reduce((sum, event) => sum + event.records, 0),
        lists: count(/(?:campaigns|adsets|ads)$/),
        insights: count(/insights$/),
      }
    }
    const [first, again] = [await run(), await run()]
    expect(first.lists).toBeLessThanOrEqual(40)
    expect(again).toMatchObject({ records: first.records, lists: first.lists })
    expect(again.records).toBeGreaterThan(50 * PAGE_ROWS)
    expect(again.insights).toBeLessThanOrEqual((1.2 * again.records) / PAGE_ROWS)
  } finally {
    await warehouse.use((session) => session.query(`DROP SCHEMA ${warehouse.schema} CASCADE`))
    await warehouse.close()
  }
})
