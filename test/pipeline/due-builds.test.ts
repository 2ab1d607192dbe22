import { expect, it } from 'vitest'
import { startFactLoad } from '../../src/load/load-facts.ts'
import { createLookups } from '../../src/load/lookups.ts'
import { parseCalendarDate } from '../../src/model/calendar-date.ts'
import type { InsightsRequest } from '../../src/model/slice.ts'
import { createDueBuilds } from '../../src/pipeline/due-builds.ts'
import { readFacts } from '../support/fact-model.ts'
import { ACCOUNT, factRow, outcomeOf } from '../support/fact-rows.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const TABLE = 'fact_country_metrics'
const MINUTE_MS = 60_000

describeOnEachWarehouse('what a long sync has loaded', (open) => {
  it('is to be seen five minutes later, also when the clock was set back', async () => {
    const warehouse = await open()
    let nowMs = 0
    const finishDueBuilds = createDueBuilds(warehouse, () => nowMs)
    const seenAt = async (ms: number) => {
      nowMs = ms
      await finishDueBuilds()
      return (await readFacts(warehouse, TABLE)).length
    }
    const load = async (dateId: string) => {
      const rows = [factRow(TABLE, { date_id: dateId }, 1)]
      const day = parseCalendarDate(dateId.replace(/(....)(..)(..)/, '$1-$2-$3'))
      const request: InsightsRequest = { accountId: ACCOUNT, report: 'country', since: day, until: day }
      const factLoad = startFactLoad(warehouse, createLookups(), request, { runId: '1', nowMs: () => 0 })
      await factLoad.add(rows)
      await factLoad.commit(outcomeOf(rows))
    }
    await load('20241028')
    expect(await seenAt(4 * MINUTE_MS)).toBe(0)
    expect(await seenAt(5 * MINUTE_MS)).toBe(1)
    await load('20241029')
    expect(await seenAt(9 * MINUTE_MS)).toBe(1)
    expect(await seenAt(MINUTE_MS)).toBe(2)
  })
})
