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
  it('are kept for every day, 0 where there was no delivery, and written when they differ', async () => {
    const warehouse = await open()
    const read = () =>
      warehouse.use((session) =>
        session.query(
          'SELECT date, spend, impressions, clicks, read_at FROM etl_account_total ORDER BY date',
        ),
      )
    await saveAccountTotals(warehouse, ACCOUNT, { since, until, totals: [total('12.50')] }, 1000)
    const silent = { date: '2024-10-29', spend: '0', impressions: '0', clicks: '0', read_at: new Date(1000) }
    const first = {
      date: '2024-10-28',
      spend: '12.50',
      impressions: '7',
      clicks: '7',
      read_at: new Date(1000),
    }
    expect(await read()).toEqual([first, silent])
    await saveAccountTotals(warehouse, ACCOUNT, { since, until, totals: [total('12.5')] }, 2000)
    expect(await read()).toEqual([first, silent])
    await saveAccountTotals(warehouse, ACCOUNT, { since, until, totals: [total('13')] }, 3000)
    expect(await read()).toEqual([{ ...first, spend: '13', read_at: new Date(3000) }, silent])
  })
})
