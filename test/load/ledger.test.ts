import { expect, it } from 'vitest'
import { readLedger, recordFailure, recordLoaded } from '../../src/load/ledger.ts'
import { parseCalendarDate } from '../../src/model/calendar-date.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import { ACCOUNT } from '../support/fact-rows.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const first = parseCalendarDate('2024-10-28')
const second = parseCalendarDate('2024-10-29')
const request = { accountId: ACCOUNT, report: 'core', since: first, until: second } as const
const slicesOf = (...rowCounts: number[]) =>
  [first, second].map((date, i) => ({ date, rowCount: rowCounts[i] ?? 0, fingerprint: `f${rowCounts[i]}` }))

describeOnEachWarehouse('the ledger', (open) => {
  it('remembers when a slice was loaded, also when a later attempt fails', async () => {
    const warehouse = await open()
    await warehouse.use((session) =>
      recordLoaded(session, request, slicesOf(3, 0), { runId: '1', nowMs: 1000 }),
    )
    await recordFailure(
      warehouse,
      { ...request, since: second },
      { runId: '2', error: 'cut\0 off', nowMs: 2000 },
    )
    expect(await readLedger(warehouse, ACCOUNT)).toEqual([
      { accountId: ACCOUNT, report: 'core', date: first, status: 'loaded', loadedAtMs: 1000 },
      { accountId: ACCOUNT, report: 'core', date: second, status: 'failed', loadedAtMs: 1000 },
    ])
    const [failed] = await warehouse.use((session) =>
      session.query(
        `SELECT row_count, attempts, run_id, error, attempted_at FROM etl_slice WHERE status = 'failed'`,
      ),
    )
    expect(failed).toEqual({
      row_count: '0',
      attempts: 2,
      run_id: '2',
      error: 'cut\ufffd off',
      attempted_at: new Date(2000),
    })
    await warehouse.use((session) =>
      recordLoaded(session, request, slicesOf(0, 0), { runId: '3', nowMs: 3000 }),
    )
    expect((await readLedger(warehouse, ACCOUNT)).map((entry) => [entry.status, entry.loadedAtMs])).toEqual([
      ['loaded', 3000],
      ['loaded', 3000],
    ])
  })

  it('knows a slice that never succeeded, and no slice of another account or of a foreign report', async () => {
    const warehouse = await open()
    await recordFailure(warehouse, request, { runId: '1', error: 'no', nowMs: 1 })
    await warehouse.use((session) =>
      session.query(
        `INSERT INTO etl_slice (account_id, report, date, status, attempts, run_id, attempted_at)
         VALUES ($1, 'of_tomorrow', '2024-10-28', 'failed', 1, 1, now())`,
        [ACCOUNT],
      ),
    )
    expect((await readLedger(warehouse, ACCOUNT)).map((entry) => entry.loadedAtMs)).toEqual([null, null])
    expect(await readLedger(warehouse, parseAccountId('2004'))).toEqual([])
  })
})
