import { expect, it } from 'vitest'
import { readRunRequests } from '../../src/load/queue/summaries.ts'
import { startRun } from '../../src/load/runs.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

describeOnEachWarehouse('the requests of a run', (open) => {
  it('are read each once, however many they are', async () => {
    const warehouse = await open()
    const runId = await startRun(warehouse, { since: null, until: null }, 0)
    await warehouse.use((session) =>
      session.query(
        `INSERT INTO etl_request (run_id, source, account_id, kind, priority, status)
         SELECT $1, 'default', 1, 'objects', 0, 'waiting' FROM generate_series(1, 20001)`,
        [runId],
      ),
    )
    const ids = new Set<unknown>()
    let rows = 0
    for await (const page of readRunRequests(warehouse, runId)) {
      expect(page.length).toBeLessThanOrEqual(10_000)
      rows += page.length
      for (const { request_id: id } of page) ids.add(id)
    }
    expect([rows, ids.size]).toEqual([20_001, 20_001])
  })
})
