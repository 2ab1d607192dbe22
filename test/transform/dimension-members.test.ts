import { describe, expect, it } from 'vitest'
import { toAdAccount, toDimensionRow } from '../../src/transform/dimension-members.ts'

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
    expect(toDimensionRow('campaign', { id: '1', daily_budget }, currency).daily_budget).toBe(expected)
  })

  it('converts a bid that comes as a number', () => {
    expect(toDimensionRow('adset', { id: '1', bid_amount: 250 }, 'EUR').bid_amount).toBe('2.50')
  })

  it('is unknown where the API has no name or status', () => {
    expect(toDimensionRow('adset', { id: '1' }, 'USD')).toMatchObject({
      adset_id: '1',
      name: 'Unknown Ad Set',
      status: 'UNKNOWN',
      effective_status: 'UNKNOWN',
      end_time: null,
    })
  })

  it('keeps the creative id to the last digit, and times with their offset', () => {
    const ad = { id: '1', creative: { id: '120213328950940104' }, created_time: '2023-03-17T08:04:31-0700' }
    expect(toDimensionRow('ad', ad, 'USD')).toMatchObject({
      creative_id: '120213328950940104',
      created_time: '2023-03-17T08:04:31-0700',
    })
  })

  it.each([
    [{ id: 'act_1' }, 'id is "act_1"'],
    [{ id: '1', name: 5 }, 'name is 5'],
    [{ id: '1', daily_budget: '12.5' }, 'daily_budget is "12.5"'],
    [{ id: '1', created_time: 'yesterday' }, 'created_time is "yesterday"'],
  ])('that cannot be understood says why: %j', (record, reason) => {
    expect(() => toDimensionRow('campaign', record, 'USD')).toThrow(reason)
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
    [77, 'UNKNOWN'],
  ])('has status %i as %s', (account_status, status) => {
    expect(toAdAccount({ ...sent, account_status }).status).toBe(status)
  })

  it('is refused without a currency', () => {
    expect(() => toAdAccount({ ...sent, currency: undefined })).toThrow('lacks its id, currency or time zone')
  })
})
