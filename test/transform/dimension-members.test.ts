import { describe, expect, it } from 'vitest'
import { parseAccountId } from '../../src/model/object-id.ts'
import { toAdAccount, toDimensionRow } from '../../src/transform/dimension-members.ts'
import { UnreadableRecord } from '../../src/transform/unreadable-record.ts'

const ACCOUNT = { accountId: parseAccountId('21'), currency: 'USD' }

describe('a campaign, ad set or ad', () => {
  it.each([
    ['USD', '50000', '500.00'],
    ['USD', '5', '0.05'],
    ['BHD', '50000', '500.00'],
    ['JPY', '50000', '50000'],
    ['HUF', '50000', '50000'],
    ['COP', '50000', '50000'],
    ['TWD', '50000', '50000'],
    ['USD', '0', null],
    ['USD', undefined, null],
  ])('has a budget in %s of %s minor units as %s', (currency, daily_budget, expected) => {
    expect(toDimensionRow('campaign', { id: '1', daily_budget }, { ...ACCOUNT, currency }).daily_budget).toBe(
      expected,
    )
  })

  it('converts a bid that comes as a number', () => {
    expect(toDimensionRow('adset', { id: '1', bid_amount: 250 }, ACCOUNT).bid_amount).toBe('2.50')
  })

  it('is unknown where the API has no name or status', () => {
    expect(toDimensionRow('adset', { id: '1' }, ACCOUNT)).toMatchObject({
      adset_id: '1',
      name: 'Unknown Ad Set',
      status: 'UNKNOWN',
      effective_status: 'UNKNOWN',
      end_time: null,
    })
  })

  it('keeps the creative id to the last digit, and times with their offset', () => {
    const ad = { id: '1', creative: { id: '120213328950940104' }, created_time: '2023-03-17T08:04:31-0700' }
    expect(toDimensionRow('ad', ad, ACCOUNT)).toMatchObject({
      creative_id: '120213328950940104',
      created_time: '2023-03-17T08:04:31-0700',
    })
  })

  it.each([
    [{ id: 'act_1' }, 'id is "act_1"'],
    [{ id: '1', name: 5 }, 'name is 5'],
    [{ id: '1', daily_budget: '12.5' }, 'daily_budget is "12.5"'],
    [{ id: '1', daily_budget: ['50000'] }, 'daily_budget is ["50000"]'],
    [{ id: '1', daily_budget: { toString: 1 } }, 'daily_budget is {"toString":1}'],
    [{ id: '1', creative: '7' }, 'creative is "7"'],
    [{ id: '1', account_id: '22' }, 'account_id is 22, but 21 was asked for'],
    [{ id: '1', created_time: 'yesterday' }, 'created_time is "yesterday"'],
    [{ id: '1', created_time: '0000-01-01T00:00:00+0000' }, 'created_time is "0000-'],
    [{ id: '1', created_time: '2026-02-30T00:00:00+0000' }, 'created_time is "2026-02-30'],
    [{ id: '1', created_time: '2026-02-28T24:00:00Z' }, 'created_time is "2026-02-28T24'],
    [{ id: '1', created_time: '2026-02-28T08:00:00+1600' }, 'created_time is "2026-02-28T08:00:00+1600'],
  ])('that cannot be understood says why: %j', (record, reason) => {
    const kind = 'creative' in record ? 'ad' : 'campaign'
    expect(() => toDimensionRow(kind, record, ACCOUNT)).toThrow(reason)
  })
})

describe('an ad account', () => {
  const sent = {
    id: 'act_21',
    account_id: '21',
    name: 'Shop',
    currency: 'USD',
    timezone_name: 'America/Los_Angeles',
    account_status: 1,
  }

  it('has the name of its status and its time zone', () => {
    expect(toAdAccount(sent)).toEqual({
      accountId: '21',
      name: 'Shop',
      currency: 'USD',
      timeZone: 'America/Los_Angeles',
      status: 'ACTIVE',
      createdTime: null,
    })
  })

  it.each([
    [3, 'UNSETTLED'],
    [101, 'CLOSED'],
    ['3', 'UNSETTLED'],
    [77, 'UNKNOWN'],
    ['constructor', 'UNKNOWN'],
    ['__proto__', 'UNKNOWN'],
    [[1], 'UNKNOWN'],
    [{ toString: 1 }, 'UNKNOWN'],
  ])('has status %j as %s', (account_status, status) => {
    expect(toAdAccount({ ...sent, account_status }).status).toBe(status)
  })

  it.each(['usd', 'US', 'US$', 'U\u0000D', '', '__proto__'])(
    'is refused with the currency %j',
    (currency) => {
      expect(() => toAdAccount({ ...sent, currency })).toThrow(UnreadableRecord)
    },
  )

  it('is refused when its ids say two accounts, or none', () => {
    expect(() => toAdAccount({ ...sent, account_id: '22' })).toThrow(UnreadableRecord)
    expect(() => toAdAccount({ ...sent, id: { toString: 1 }, account_id: null })).toThrow(UnreadableRecord)
  })

  it('is refused without a currency', () => {
    expect(() => toAdAccount({ ...sent, currency: undefined })).toThrow('lacks its id, currency or time zone')
  })
})
