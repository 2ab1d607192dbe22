import { expect, it } from 'vitest'
import { saveAccountTotals } from '../../src/load/account-totals.ts'
import { parseCalendarDate } from '../../src/model/calendar-date.ts'
import { toCount, toDecimal } from '../../src/model/decimal.ts'
import { ACCOUNT } from '../support/fact-rows.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const since = parseCalendarDate('2024-10-28')
const until = parseCalendarDate('2024-10-29')

function total(spendText: string) {
  const spend = toDecimal(spendText) ?? expect.fail()
  const count = toCount('7') ?? expect.fail()
  return { accountId: ACCOUNT, date: since, spend, impressions: count, clicks: count }
}

describeOnEachWarehouse("the API's totals of an account", (open) => {
  it('are kept for every day, 0 where there was no delivery, with the run that has read them', async () => {
    const warehouse = await open()
    const read = () =>
      warehouse.use((session) =>
        session.query(
          'SELECT date, spend, impressions, clicks, run_id, read_at FROM etl_account_total ORDER BY date',
        ),
      )
    const save = (spend: string, runId: string, nowMs: number) =>
      saveAccountTotals(warehouse, ACCOUNT, { since, until, totals: [total(spend)] }, { runId, nowMs })
    const kept = (spend: string, runId: string, nowMs: number) => [
      { date: '2024-10-28', spend, impressions: '7', clicks: '7', run_id: runId, read_at: new Date(nowMs) },
      {
        date: '2024-10-29',
        spend: '0',
        impressions: '0',
        clicks: '0',
        run_id: runId,
        read_at: new Date(nowMs),
      },
    ]
    await save('12.50', '1', 1000)
    expect(await read()).toEqual(kept('12.50', '1', 1000))
    await save('13', '2', 2000)
    expect(await read()).toEqual(kept('13', '2', 2000))
  })
})
