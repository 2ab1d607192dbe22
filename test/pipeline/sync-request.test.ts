import { expect, it } from 'vitest'
import { parseCalendarDate } from '../../src/model/calendar-date.ts'
import type { InsightRecord } from '../../src/model/insight-record.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import { RecordPage } from '../../src/model/record-page.ts'
import { LARGEST } from '../../src/pipeline/request-size.ts'
import { transformRequest } from '../../src/pipeline/sync-request.ts'
import { unaborted } from '../extract/support/test-api.ts'
import { rowsOf } from '../support/fact-rows.ts'

const DAY = parseCalendarDate('2026-03-01')
const REQUEST = { accountId: parseAccountId('act_1'), report: 'core', since: DAY, until: DAY } as const
const SIZED = { size: LARGEST, onLess: async () => {}, repeats: new Set<string>() }

function record(adId: string): InsightRecord {
  return { account_id: '1', campaign_id: '2', adset_id: '3', ad_id: adId, date_start: DAY, date_stop: DAY }
}

it('what one read of a request has taught is not kept for the next', async () => {
  const pages = async function* () {
    yield new RecordPage([record('4'), record('5')])
  }
  const { read } = transformRequest({ request: REQUEST, pages })
  for (const _ of ['first', 'second']) {
    const { rows, outcome } = read(SIZED, unaborted())
    expect(outcome().rowCounts.size).toBe(0)
    for await (const page of rows) expect(rowsOf(page)).toHaveLength(2)
    expect(outcome().rowCounts.get(DAY)).toBe(2)
    expect(outcome().seenAds.map(({ adId }) => adId)).toEqual(['4', '5'])
  }
})
