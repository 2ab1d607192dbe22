import { expect, it } from 'vitest'
import { saveApiUsage } from '../../src/load/api-usage.ts'
import { finishRun, saveChecks, startRun } from '../../src/load/runs.ts'
import { parseCalendarDate } from '../../src/model/calendar-date.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import type { CheckResult } from '../../src/model/quality.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const since = parseCalendarDate('2024-10-28')

describeOnEachWarehouse('a run', (open) => {
  it('is noted when it begins, and again when it ends', async () => {
    const warehouse = await open()
    const read = () => warehouse.use((session) => session.query('SELECT * FROM etl_run'))
    const runId = await startRun(warehouse, { since, until: null }, 1000)
    const begun = { run_id: runId, status: 'running', since, until: null, error: null, api_calls: '0' }
    const unqueued = { asked: null, planned_at: null, firing: null }
    expect(await read()).toEqual([{ ...begun, ...unqueued, started_at: new Date(1000), finished_at: null }])
    const end = {
      status: 'partial',
      since: null,
      until: since,
      apiCalls: 12,
      error: 'a\0b',
    } as const
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
        ...unqueued,
      },
    ])
  })

  it('keeps what it used of the rate limits, by hour; what two have read of one limit is one row', async () => {
    const warehouse = await open()
    const runId = await startRun(warehouse, { since: null, until: null }, 1000)
    const hourMs = Date.UTC(2024, 9, 28, 7)
    const app = { accountId: null, useCase: 'app', hourMs, pauses: 1, pausedMs: 1_600 }
    const apiUsage = [
      { ...app, percent: 12.5 },
      { ...app, percent: 80, pauses: 2, pausedMs: 60_000 },
      { ...app, accountId: parseAccountId('120213328950940104'), useCase: 'ads\0insights', percent: 104 },
    ]
    await saveApiUsage(warehouse, runId, apiUsage)
    // Another worker of the same run.
    await saveApiUsage(warehouse, runId, [{ ...app, percent: 40, pauses: 1, pausedMs: 10_000 }])
    const rows = await warehouse.use((session) =>
      session.query('SELECT * FROM etl_api_usage ORDER BY account_id'),
    )
    const common = { run_id: runId, hour: new Date(hourMs) }
    expect(rows).toEqual([
      { ...common, account_id: '0', use_case: 'app', percent: '80', pauses: 4, paused_seconds: '72' },
      {
        ...common,
        account_id: '120213328950940104',
        use_case: 'ads\ufffdinsights',
        percent: '104',
        pauses: 1,
        paused_seconds: '2',
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
