import { expect, it } from 'vitest'
import { startFactLoad } from '../../src/load/load-facts.ts'
import { createLookups } from '../../src/load/lookups.ts'
import type { Warehouse } from '../../src/load/session.ts'
import { parseCalendarDate } from '../../src/model/calendar-date.ts'
import { toObjectId } from '../../src/model/object-id.ts'
import type { InsightsRequest } from '../../src/model/slice.ts'
import { DueBuilds } from '../../src/pipeline/due-builds.ts'
import { readFacts } from '../support/fact-model.ts'
import { ACCOUNT, factRow, outcomeOf } from '../support/fact-rows.ts'
import { describeOnEachWarehouse } from '../support/warehouses.ts'

const TABLE = 'fact_country_metrics'
const MINUTE_MS = 60_000

async function load(warehouse: Warehouse, date: string): Promise<InsightsRequest> {
  const rows = [factRow(TABLE, { date_id: date.replaceAll('-', '') }, 1)]
  const day = parseCalendarDate(date)
  const request: InsightsRequest = { accountId: ACCOUNT, report: 'country', since: day, until: day }
  const factLoad = startFactLoad(warehouse, createLookups(), request, { runId: '1', nowMs: () => 0 })
  await factLoad.add(rows)
  await factLoad.commit(outcomeOf(rows))
  return request
}

describeOnEachWarehouse('what a long sync has loaded', (open) => {
  it('is to be seen five minutes later, also when the clock was set back', async () => {
    const warehouse = await open()
    let nowMs = 0
    const builds = new DueBuilds(warehouse, () => nowMs)
    const seenAt = async (ms: number, request: InsightsRequest) => {
      nowMs = ms
      await builds.ended(request)
      return (await readFacts(warehouse, TABLE)).length
    }
    const first = await load(warehouse, '2024-10-28')
    expect(await seenAt(4 * MINUTE_MS, first)).toBe(0)
    expect(await seenAt(5 * MINUTE_MS, first)).toBe(1)
    const second = await load(warehouse, '2024-10-29')
    expect(await seenAt(9 * MINUTE_MS, second)).toBe(1)
    expect(await seenAt(MINUTE_MS, second)).toBe(2)
  })

  it('is to be seen as soon as nothing more of its month comes, of any account', async () => {
    const warehouse = await open()
    const builds = new DueBuilds(warehouse, () => 0)
    builds.expect(2)
    const months = async () => {
      const rows = await readFacts(warehouse, TABLE)
      return [...new Set(rows.map(({ date_id }) => String(date_id).slice(0, 6)))].sort()
    }
    const [september, october, again] = [
      await load(warehouse, '2024-09-30'),
      await load(warehouse, '2024-10-28'),
      await load(warehouse, '2024-10-29'),
    ]
    builds.planned([again, october, september])
    await builds.ended(september)
    expect(await months(), 'another account is not planned yet').toEqual([])
    const failed = { ...october, accountId: toObjectId('9') ?? ACCOUNT }
    builds.planned([failed])
    await builds.ended(october)
    await builds.ended(again)
    expect(await months(), 'another account has not ended').toEqual([])
    await builds.ended(failed)
    expect(await months()).toEqual(['202410'])
  })
})
