import { expect, it } from 'vitest'
import { createWorld } from '../../src/simulator/world.ts'
import { createTestSync, NOW } from '../support/test-sync.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

describeOnEachWarehouse('what a sync used of the rate limits', (open) => {
  it('is kept for the app and for each account, also when it was refused', async () => {
    const warehouse = await open()
    const world = createWorld({ seed: 3, nowMs: NOW, accounts: 2, ads: 3, days: 4 })
    const sync = createTestSync(warehouse, { world })
    sync.simulator.fail({ error: 'account-limit', match: { edge: 'insights' } })
    const { summary } = await sync.run({ days: 2 })
    const rows = await warehouse.use((session) =>
      session.query(
        `SELECT account_id, max(percent) AS percent, sum(pauses)::integer AS pauses FROM etl_api_usage
          WHERE run_id = $1::bigint GROUP BY account_id ORDER BY account_id`,
        [summary.runId],
      ),
    )
    expect(rows.map(({ account_id: id }) => id)).toEqual(['0', ...world.accounts.map(({ id }) => id).sort()])
    for (const { percent } of rows) expect(Number(percent)).toBeGreaterThan(0)
    expect(rows.reduce((sum, { pauses }) => sum + Number(pauses), 0)).toBe(1)
  })
})
