import { describe, expect, it } from 'vitest'
import { readAccountTotals } from '../../src/extract/account-totals.ts'
import {
  addDays,
  type CalendarDate,
  daysBetween,
  daysOf,
  parseCalendarDate,
} from '../../src/model/calendar-date.ts'
import { parseAccountId } from '../../src/model/object-id.ts'
import { createTestApi, json, page, type SeenRequest, unaborted } from './support/test-api.ts'

const ACCOUNT = parseAccountId('1')
const SINCE = parseCalendarDate('2026-01-01')

function rangeOf({ params }: SeenRequest): { since: CalendarDate; until: CalendarDate } {
  return JSON.parse(params.get('time_range') ?? '{}')
}

describe('readAccountTotals', () => {
  it('asks for 90 days at most, and for each day exactly once', async () => {
    const until = addDays(SINCE, 199)
    const { api, requests } = createTestApi((request) => {
      const { since, until: end } = rangeOf(request)
      return page(
        daysOf(since, end).map((date) => ({
          date_start: date,
          date_stop: date,
          spend: '5339.5',
          clicks: '3',
        })),
        null,
      )
    })
    const totals = await readAccountTotals(api, ACCOUNT, SINCE, until, unaborted())
    expect(totals.map(({ date }) => date)).toEqual(daysOf(SINCE, until))
    expect(totals[0]).toEqual({ accountId: '1', date: SINCE, spend: '5339.5', impressions: '0', clicks: '3' })
    expect(requests.map(rangeOf).map(({ since, until: end }) => daysBetween(since, end) + 1)).toEqual([
      90, 90, 20,
    ])
    expect(requests[0]?.params.get('level')).toBe('account')
    expect(requests[0]?.params.get('fields')).toBe('spend,impressions,clicks')
    expect(requests[0]?.params.has('filtering')).toBe(false)
  })

  it('has no total for a day without delivery', async () => {
    const { api } = createTestApi(() => json({ data: [] }))
    expect(await readAccountTotals(api, ACCOUNT, SINCE, SINCE, unaborted())).toEqual([])
  })

  it.each([
    [{ spend: 'NaN' }],
    [{ spend: '-0.01' }],
    [{ spend: ['5'] }],
    [{ impressions: '1.5' }],
    [{ clicks: '-1' }],
    [{ date_start: '2026-02-30' }],
    [{ date_start: '2026-01-02', date_stop: '2026-01-02' }],
    [{ date_start: '2025-12-31', date_stop: '2025-12-31' }],
    [{ date_stop: '2026-01-02' }],
    [{ date_stop: undefined }],
    [{ account_id: '2' }],
    [{ account_id: 'act_1' }],
  ])('fails for what is no total of a day that was asked for: %j', async (strange) => {
    const record = { date_start: '2026-01-01', date_stop: '2026-01-01', ...strange }
    const { api } = createTestApi(() => json({ data: [record] }))
    await expect(readAccountTotals(api, ACCOUNT, SINCE, SINCE, unaborted())).rejects.toThrow(
      /total that cannot be read/,
    )
  })
})
