import { expect, it } from 'vitest'
import type { CheckRow } from '../../src/dashboard/panels/checks.ts'
import { migrate } from '../../src/load/migrate.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'
import { openDashboard } from './support.ts'

describeOnEachWarehouse('a check', (open) => {
  it('of a run that looked at less replaces no worse one; the next run over as much, or later days, does', async () => {
    const warehouse = await open()
    await migrate(warehouse)
    const { read } = openDashboard(warehouse)
    const run = (since: string, until: string, status: 'pass' | 'warn' | 'fail') =>
      warehouse.use((session) =>
        session.query(
          `WITH run AS (
             INSERT INTO etl_run (status, started_at, since, until) VALUES ('succeeded', now(), $1::date, $2::date) RETURNING run_id)
           INSERT INTO etl_check (run_id, check_name, status, detail) SELECT run_id, 'spend_jump', $3, $1 FROM run`,
          [since, until, status],
        ),
      )
    const found = async () => {
      const { data } = await read<readonly CheckRow[]>('/api/panel/checks')
      return data.map(({ status, since, history }) => ({ status, since, runs: history.length }))
    }
    await run('2026-11-01', '2026-11-28', 'warn')
    expect(await found()).toEqual([{ status: 'warn', since: '2026-11-01', runs: 1 }])
    await run('2026-11-20', '2026-11-20', 'pass')
    expect(await found()).toEqual([{ status: 'warn', since: '2026-11-01', runs: 2 }])
    await run('2026-11-28', '2026-11-28', 'pass')
    expect(await found()).toEqual([{ status: 'warn', since: '2026-11-01', runs: 3 }])
    await run('2026-11-20', '2026-11-20', 'fail')
    expect(await found()).toEqual([{ status: 'fail', since: '2026-11-20', runs: 4 }])
    // A daily run begins a day later than the one before.
    await run('2026-11-02', '2026-11-29', 'pass')
    expect(await found()).toEqual([{ status: 'pass', since: '2026-11-02', runs: 5 }])
  })
})
