import { expect, it } from 'vitest'
import { finishRun, saveChecks, startRun } from '../../src/load/runs.ts'
import { parseCalendarDate } from '../../src/model/calendar-date.ts'
import type { CheckResult } from '../../src/model/quality.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const since = parseCalendarDate('2024-10-28')

describeOnEachWarehouse('a run', (open) => {
  it('is noted when it begins, and again when it ends', async () => {
    const warehouse = await open()
    const read = () => warehouse.use((session) => session.query('SELECT * FROM etl_run'))
    const runId = await startRun(warehouse, { since, until: null }, 1000)
    const begun = { run_id: runId, status: 'running', since, until: null, error: null, api_calls: '0' }
    expect(await read()).toEqual([{ ...begun, started_at: new Date(1000), finished_at: null }])
    const end = { status: 'partial', since: null, until: since, apiCalls: 12, error: 'a\0b' } as const
    await finishRun(warehouse, runId, end, 2000)
    expect(await read()).toEqual([
      {
        run_id: runId,
        status: 'partial',
        since,
        until: since,
        error: 'a\ufffdb',
        api_calls: '12',
        started_at: new Date(1000),
        finished_at: new Date(2000),
      },
    ])
  })

  it('keeps the last checks in their order', async () => {
    const warehouse = await open()
    const runId = await startRun(warehouse, { since: null, until: null }, 1000)
    const check = (name: string): CheckResult => ({
      name,
      status: 'warn',
      measured: '3',
      threshold: null,
      detail: 'act_1',
    })
    await saveChecks(warehouse, runId, [check('old')])
    await saveChecks(warehouse, runId, ['b', 'a', 'b'].map(check))
    const rows = await warehouse.use((session) =>
      session.query(
        'SELECT check_name, status, measured, threshold, detail FROM etl_check ORDER BY check_id',
      ),
    )
    expect(rows.map((row) => row.check_name)).toEqual(['b', 'a', 'b'])
    expect(rows[0]).toEqual({
      check_name: 'b',
      status: 'warn',
      measured: '3',
      threshold: null,
      detail: 'act_1',
    })
  })
})
